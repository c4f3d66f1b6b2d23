/// The version of peil, as it stands in manifests and results.
public enum PeilVersion {
    public static let text = "0.1.0"
}
