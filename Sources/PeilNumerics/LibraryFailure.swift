import Glibc

/// Why a library of the machine cannot be had.
public enum LibraryFailure: Sendable {
    case notInstalled
    /// It is there, and this process may not have the memory that it takes.
    case noMemory

    /// Of OpenBLAS, once `LinearKernel.isAvailable` said no.
    public static var ofLinearAlgebra: LibraryFailure {
        // Loaded without room for its work it would not even let the process end.
        unsafe BLASLibrary.hasRoomToWork() ? why(BLASLibrary.file) : .noMemory
    }
    /// Of Clp, once `LinearProgram.isAvailable` said no.
    public static var ofLinearPrograms: LibraryFailure { unsafe why(LinearProgramLibrary.file) }

    /// The loader says it in words only; it has no other language here.
    private static func why(_ file: String) -> LibraryFailure {
        guard unsafe dlopen(file, RTLD_NOW | RTLD_LOCAL) == nil, let text = unsafe dlerror() else {
            return .noMemory
        }
        let words = unsafe String(cString: text)
        return words.contains("allocate memory") || words.contains("map segment") ? .noMemory : .notInstalled
    }
}
