import PeilIngest

/// Most memory that the process held at a time: for logs, never for results.
public enum ResidentPeak {
    public static var mebibytes: Int { ResidentMemory.peak >> 20 }
}
