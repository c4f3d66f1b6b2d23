import Foundation

/// The functions of Clp (COIN-OR, through its C interface) that are used, found by name. The library is opened by hand at the
/// first program, because it brings OpenBLAS along, which must load after its processor kernel was chosen.
@unsafe struct LinearProgramLibrary: @unchecked Sendable {
    typealias Model = UnsafeMutableRawPointer
    typealias Make = @convention(c) () -> Model?
    typealias Drop = @convention(c) (Model) -> Void
    /// columns, rows, start of each column, row numbers, coefficients, bounds of columns, costs, bounds of rows.
    typealias Load =
        @convention(c) (
            Model, Int32, Int32, UnsafePointer<Int32>, UnsafePointer<Int32>, UnsafePointer<Double>,
            UnsafePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>,
            UnsafePointer<Double>
        ) -> Void
    typealias SetNumber = @convention(c) (Model, Int32) -> Void
    typealias SetDouble = @convention(c) (Model, Double) -> Void
    typealias SetArray = @convention(c) (Model, UnsafePointer<Double>) -> Void
    typealias SetStatus = @convention(c) (Model, UnsafePointer<UInt8>) -> Void
    typealias Solve = @convention(c) (Model, Int32) -> Int32
    typealias Status = @convention(c) (Model) -> Int32
    typealias Array = @convention(c) (Model) -> UnsafePointer<Double>?

    let make: Make
    let drop: Drop
    let load: Load
    let setLogLevel: SetNumber
    let setPerturbation: SetNumber
    let setMaximumIterations: SetNumber
    let setPrimalTolerance: SetDouble
    let setDualTolerance: SetDouble
    let setLower: SetArray
    let setUpper: SetArray
    let setCost: SetArray
    let setStatus: SetStatus
    let primal: Solve
    let dual: Solve
    let status: Status
    let values: Array

    static let file = "libClp.so.1"

    /// nil where Clp is not installed, or cannot be loaded.
    static let shared: LinearProgramLibrary? = unsafe open()

    private static func open() -> LinearProgramLibrary? {
        LinearKernel.prepareEnvironment()
        guard let handle = unsafe dlopen(file, RTLD_NOW | RTLD_LOCAL) else { return nil }
        func find<Function>(_ name: String, as type: Function.Type) -> Function? {
            guard let symbol = unsafe dlsym(handle, "Clp_" + name) else { return nil }
            return unsafe unsafeBitCast(symbol, to: type)
        }
        guard let make = unsafe find("newModel", as: Make.self),
            let drop = unsafe find("deleteModel", as: Drop.self),
            let load = unsafe find("loadProblem", as: Load.self),
            let setLogLevel = unsafe find("setLogLevel", as: SetNumber.self),
            let setPerturbation = unsafe find("setPerturbation", as: SetNumber.self),
            let setMaximumIterations = unsafe find("setMaximumIterations", as: SetNumber.self),
            let setPrimalTolerance = unsafe find("setPrimalTolerance", as: SetDouble.self),
            let setDualTolerance = unsafe find("setDualTolerance", as: SetDouble.self),
            let setLower = unsafe find("chgColumnLower", as: SetArray.self),
            let setUpper = unsafe find("chgColumnUpper", as: SetArray.self),
            let setCost = unsafe find("chgObjCoefficients", as: SetArray.self),
            let setStatus = unsafe find("copyinStatus", as: SetStatus.self),
            let primal = unsafe find("primal", as: Solve.self), let dual = unsafe find("dual", as: Solve.self),
            let status = unsafe find("status", as: Status.self),
            let values = unsafe find("primalColumnSolution", as: Array.self)
        else { return nil }
        return unsafe LinearProgramLibrary(
            make: make, drop: drop, load: load, setLogLevel: setLogLevel, setPerturbation: setPerturbation,
            setMaximumIterations: setMaximumIterations, setPrimalTolerance: setPrimalTolerance,
            setDualTolerance: setDualTolerance, setLower: setLower, setUpper: setUpper, setCost: setCost,
            setStatus: setStatus, primal: primal, dual: dual, status: status, values: values)
    }
}
