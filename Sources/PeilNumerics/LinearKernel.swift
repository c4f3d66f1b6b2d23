internal import COpenBLAS
import Foundation
import Synchronization

/// Which of OpenBLAS's processor kernels does the arithmetic. Debian's OpenBLAS does not know newer Intel
/// processors and falls back to its oldest kernel, at half to a fifth of the speed. The choice can only be made
/// before the library loads, so the library is opened by hand, after the choice and at the first use.
public enum LinearKernel: String, Sendable, CaseIterable {
    /// The best kernel that this processor can run.
    case auto
    /// One fixed kernel, for equal digits on different machines.
    case generic

    private static let variable = "OPENBLAS_CORETYPE"
    private static let choice = Mutex<LinearKernel>(.auto)

    /// Makes this the kernel of the process. It counts until the first product; later it changes nothing.
    public func choose() { Self.choice.withLock { $0 = self } }

    /// Whether the library can be opened: what a command asks before it starts work.
    public static var isAvailable: Bool { unsafe BLASLibrary.shared != nil }

    /// The kernel that OpenBLAS runs, by OpenBLAS's own name. Opens the library.
    public static var name: String { unsafe BLASLibrary.shared?.kernelName ?? "none" }

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

    /// Tells OpenBLAS, through its environment, before it loads. A kernel that the user set by hand is left alone.
    /// One thread: the blocks of the statistics are parallel, and two levels would fight for the cores.
    static func prepareEnvironment() {
        unsafe setenv("OPENBLAS_NUM_THREADS", "1", 1)
        let kernel = choice.withLock { $0 }
        if kernel == .auto, ProcessInfo.processInfo.environment[variable] != nil { return }
        if let wanted = kernel.coreType(processorFlags: processorFlags()) { unsafe setenv(variable, wanted, 1) }
    }

    static func processorFlags() -> Set<String> {
        // The file says that it has no bytes, so it is read until its end, not by its size.
        guard let file = FileHandle(forReadingAtPath: "/proc/cpuinfo"), let data = try? file.readToEnd(),
            let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first(where: {
                $0.hasPrefix("flags")
            }),
            let colon = line.firstIndex(of: ":")
        else { return [] }
        return Set(line[line.index(after: colon)...].split(separator: " ").map(String.init))
    }
}

/// The functions of OpenBLAS that are used, found by name. LAPACK comes from the same library, so that one
/// kernel does everything.
@unsafe struct BLASLibrary: @unchecked Sendable {
    typealias MatrixProduct =
        @convention(c) (
            CBLAS_ORDER, CBLAS_TRANSPOSE, CBLAS_TRANSPOSE, Int32, Int32, Int32, Double, UnsafePointer<Double>?, Int32,
            UnsafePointer<Double>?, Int32, Double, UnsafeMutablePointer<Double>?, Int32
        ) -> Void
    /// BLAS's daxpy: n, a, x, step of x, y, step of y.
    typealias ScaledSum =
        @convention(c) (Int32, Double, UnsafePointer<Double>?, Int32, UnsafeMutablePointer<Double>?, Int32) -> Void
    typealias SymmetricProduct =
        @convention(c) (
            CBLAS_ORDER, CBLAS_UPLO, CBLAS_TRANSPOSE, Int32, Int32, Double, UnsafePointer<Double>?, Int32, Double,
            UnsafeMutablePointer<Double>?, Int32
        ) -> Void
    /// LAPACK's dpstrf: uplo, n, a, lda, piv, rank, tol, work, info, length of uplo.
    typealias PivotedCholesky =
        @convention(c) (
            UnsafePointer<CChar>, UnsafePointer<Int32>, UnsafeMutablePointer<Double>?, UnsafePointer<Int32>,
            UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<Int32>, UnsafePointer<Double>,
            UnsafeMutablePointer<Double>?,
            UnsafeMutablePointer<Int32>, Int
        ) -> Void
    /// LAPACK's dpotrf: uplo, n, a, lda, info, length of uplo.
    typealias Cholesky =
        @convention(c) (
            UnsafePointer<CChar>, UnsafePointer<Int32>, UnsafeMutablePointer<Double>?, UnsafePointer<Int32>,
            UnsafeMutablePointer<Int32>, Int
        ) -> Void
    /// LAPACK's dpotrs: uplo, n, right sides, a, lda, b, ldb, info, length of uplo.
    typealias CholeskySolve =
        @convention(c) (
            UnsafePointer<CChar>, UnsafePointer<Int32>, UnsafePointer<Int32>, UnsafePointer<Double>?,
            UnsafePointer<Int32>, UnsafeMutablePointer<Double>?, UnsafePointer<Int32>, UnsafeMutablePointer<Int32>, Int
        ) -> Void
    /// LAPACK's dsyevd: jobz, uplo, n, a, lda, w, work, lwork, iwork, liwork, info, lengths of jobz and uplo.
    typealias SymmetricEigen =
        @convention(c) (
            UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<Int32>, UnsafeMutablePointer<Double>?,
            UnsafePointer<Int32>, UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Double>?, UnsafePointer<Int32>,
            UnsafeMutablePointer<Int32>?, UnsafePointer<Int32>, UnsafeMutablePointer<Int32>, Int, Int
        ) -> Void
    /// LAPACK's dsygvd: itype, jobz, uplo, n, a, lda, b, ldb, then as dsyevd from w.
    typealias GeneralisedEigen =
        @convention(c) (
            UnsafePointer<Int32>, UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<Int32>,
            UnsafeMutablePointer<Double>?, UnsafePointer<Int32>, UnsafeMutablePointer<Double>?, UnsafePointer<Int32>,
            UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Double>?, UnsafePointer<Int32>,
            UnsafeMutablePointer<Int32>?, UnsafePointer<Int32>, UnsafeMutablePointer<Int32>, Int, Int
        ) -> Void
    private typealias Name = @convention(c) () -> UnsafePointer<CChar>?

    let matrixProduct: MatrixProduct
    let scaledSum: ScaledSum
    let symmetricProduct: SymmetricProduct
    let pivotedCholesky: PivotedCholesky
    let cholesky: Cholesky
    let choleskySolve: CholeskySolve
    let symmetricEigen: SymmetricEigen
    let generalisedEigen: GeneralisedEigen
    let kernelName: String

    static let file = "libopenblas.so.0"

    /// nil where OpenBLAS is not installed, or cannot be loaded.
    static let shared: BLASLibrary? = unsafe load()

    /// The library, or the end of the process: a machine without it cannot do what it was asked.
    static var required: BLASLibrary {
        guard let library = unsafe shared else {
            fatalError("libopenblas.so.0 is not installed (Debian: libopenblas0)")
        }
        return unsafe library
    }

    /// OpenBLAS takes 128 MiB of address space for every call that runs at once, and where it cannot have them, it asks again
    /// without end; the allocator reserves as much for every thread. A process that may not have that is refused before work
    /// starts.
    private static let workspace = 256 << 20
    /// For everything else that the process does.
    private static let remainder = 64 << 20

    static func hasRoomToWork() -> Bool {
        let size = unsafe ProcessInfo.processInfo.activeProcessorCount * workspace + remainder
        // Asked for and given back: no page of it is touched.
        guard let room = unsafe mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            unsafe room != MAP_FAILED
        else { return false }
        unsafe munmap(room, size)
        return true
    }

    private static func load() -> BLASLibrary? {
        guard unsafe hasRoomToWork() else { return nil }
        LinearKernel.prepareEnvironment()
        guard let handle = unsafe dlopen(file, RTLD_NOW | RTLD_LOCAL),
            let product = unsafe dlsym(handle, "cblas_dgemm"), let sum = unsafe dlsym(handle, "cblas_daxpy"),
            let symmetric = unsafe dlsym(handle, "cblas_dsyrk"),
            let pivoted = unsafe dlsym(handle, "dpstrf_"), let cholesky = unsafe dlsym(handle, "dpotrf_"),
            let solve = unsafe dlsym(handle, "dpotrs_"), let eigen = unsafe dlsym(handle, "dsyevd_"),
            let generalised = unsafe dlsym(handle, "dsygvd_"), let name = unsafe dlsym(handle, "openblas_get_corename")
        else { return nil }
        let corename = unsafe unsafeBitCast(name, to: Name.self)()
        return unsafe BLASLibrary(
            matrixProduct: unsafeBitCast(product, to: MatrixProduct.self),
            scaledSum: unsafeBitCast(sum, to: ScaledSum.self),
            symmetricProduct: unsafeBitCast(symmetric, to: SymmetricProduct.self),
            pivotedCholesky: unsafeBitCast(pivoted, to: PivotedCholesky.self),
            cholesky: unsafeBitCast(cholesky, to: Cholesky.self),
            choleskySolve: unsafeBitCast(solve, to: CholeskySolve.self),
            symmetricEigen: unsafeBitCast(eigen, to: SymmetricEigen.self),
            generalisedEigen: unsafeBitCast(generalised, to: GeneralisedEigen.self),
            kernelName: corename.map { unsafe String(cString: $0) } ?? "unknown")
    }
}
