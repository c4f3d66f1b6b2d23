internal import COpenBLAS
import Foundation

/// Which of OpenBLAS's processor kernels does the arithmetic. Debian's OpenBLAS does not know newer Intel
/// processors and falls back to its oldest kernel, at half to a fifth of the speed; the choice can only be
/// made before the library loads, so a command that does linear algebra sets it and starts itself again.
public enum LinearKernel: String, Sendable, CaseIterable {
    /// The best kernel that this processor can run.
    case auto
    /// One fixed kernel, for equal digits on different machines.
    case generic

    private static let variable = "OPENBLAS_CORETYPE"
    private static let marker = "PEIL_KERNEL_CHOSEN"

    /// The kernel that OpenBLAS runs now, by OpenBLAS's own name.
    public static var name: String {
        guard let text = unsafe openblas_get_corename() else { return "unknown" }
        return unsafe String(cString: text)
    }

    /// The name to ask OpenBLAS for; nil when its own choice is right or the processor is not known.
    func coreType(processorFlags flags: Set<String>) -> String? {
        switch self {
        case .generic: return "Prescott"
        case .auto:
            if flags.isSuperset(of: ["avx512f", "avx512vl", "avx512bw", "avx512dq"]) { return "SkylakeX" }
            if flags.isSuperset(of: ["avx2", "fma"]) { return "Haswell" }
            return nil
        }
    }

    /// Restarts the process under the right kernel when OpenBLAS chose another; returns when nothing has to
    /// change. A kernel that the user set by hand is left alone. OpenBLAS runs one thread: the blocks of the
    /// statistics are parallel, and two levels would fight for the cores.
    public func apply(arguments: [String]) {
        openblas_set_num_threads(1)
        let environment = ProcessInfo.processInfo.environment
        guard environment[Self.marker] == nil else { return }
        if self == .auto, environment[Self.variable] != nil { return }
        guard let wanted = coreType(processorFlags: Self.processorFlags()),
              wanted.lowercased() != Self.name.lowercased() else { return }
        unsafe setenv(Self.variable, wanted, 1)
        unsafe setenv(Self.marker, "1", 1)
        unsafe setenv("OPENBLAS_NUM_THREADS", "1", 1)
        var pointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
        unsafe pointers.withUnsafeMutableBufferPointer { buffer in
            _ = unsafe execv("/proc/self/exe", buffer.baseAddress!)
        }
        // execv returns only when it failed; the slower kernel then still gives right answers.
        for unsafe pointer in unsafe pointers { unsafe free(pointer) }
    }

    static func processorFlags() -> Set<String> {
        guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
              let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") }),
              let colon = line.firstIndex(of: ":") else { return [] }
        return Set(line[line.index(after: colon)...].split(separator: " ").map(String.init))
    }
}
