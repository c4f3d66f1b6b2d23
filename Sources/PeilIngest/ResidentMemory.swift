#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Memory that the process holds.
public enum ResidentMemory {
    /// Most bytes that were resident at a time; 0 where the system does not tell.
    public static var peak: Int {
        var usage = rusage()
        #if os(Linux)
        guard unsafe getrusage(Int32(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        return usage.ru_maxrss * 1024
        #else
        guard unsafe getrusage(RUSAGE_SELF, &usage) == 0 else { return 0 }
        return usage.ru_maxrss
        #endif
    }
}
