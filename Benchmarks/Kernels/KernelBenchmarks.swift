import Foundation
import PeilIngest
import PeilNumerics
import PeilStatistics
import PeilTable

/// Times the inner loops of peil on one thread and sets each beside what this machine can do at most: reading memory, going
/// through digits, multiplying matrices. Prints JSON; `Scripts/bench-kernels` keeps it.
@main
struct KernelBenchmarks {
    static func main() throws {
        let limits = Limits()
        var results: [Measurement] = limits.measurements
        results += try Kernels(rowCount: 1_000_000, areaCount: 342).measurements(beside: limits)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        print(String(decoding: try encoder.encode(results), as: UTF8.self))
    }
}

/// One loop: the least CPU time of several runs.
struct Measurement: Encodable {
    let name: String
    let unit: String
    let value: Double
    /// The limit it stands beside, and the share of it that is reached; nil for limits themselves.
    var limit: String?
    var share: Double?
}

/// CPU seconds of this process that `body` takes, the least of `runs`.
func leastTime(runs: Int = 7, _ body: () throws -> Void) rethrows -> Double {
    var least = Double.infinity
    for _ in 0..<runs {
        let start = processorTime()
        try body()
        least = min(least, processorTime() - start)
    }
    return least
}

func processorTime() -> Double {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// What one core does with nothing else to do.
struct Limits {
    let readingMemory: Double
    let goingThroughDigits: Double
    let multiplyingMatrices: Double

    init() {
        readingMemory = Self.memory()
        goingThroughDigits = Self.digits()
        multiplyingMatrices = Self.matrices()
    }

    var measurements: [Measurement] {
        [
            Measurement(name: "reading memory", unit: "GB/s", value: readingMemory),
            Measurement(name: "digits to numbers", unit: "GB/s", value: goingThroughDigits),
            Measurement(name: "dgemm, 1,024 × 1,024", unit: "GFLOP/s", value: multiplyingMatrices)
        ]
    }

    /// Adding up 512 MB of numbers, sixteen sums at a time.
    private static func memory() -> Double {
        let numbers = [SIMD16<Double>](repeating: .init(repeating: 1), count: 4 << 20)
        var kept = SIMD16<Double>.zero
        let time = leastTime { for four in numbers { kept += four } }
        precondition(kept.sum() > 0, "the sums are used")
        return Double(numbers.count) * 128 / 1e9 / time
    }

    /// 64 MB of one-digit fields, a byte at a time: what reading every digit costs when nothing is checked.
    private static func digits() -> Double {
        let text = [UInt8]((0..<(64 << 20)).lazy.map { $0 % 2 == 0 ? 53 : 44 })
        var numbers = [UInt8](repeating: 0, count: text.count / 2 + 1)
        let time = leastTime {
            var (place, value) = (0, UInt8(0))
            for byte in text {
                if byte &- 48 < 10 {
                    value = value &* 10 &+ (byte &- 48)
                } else {
                    numbers[place] = value
                    place += 1
                    value = 0
                }
            }
        }
        precondition(numbers[7] == 5, "the numbers are used")
        return Double(text.count) / 1e9 / time
    }

    private static func matrices() -> Double {
        let size = 1_024
        let numbers = (0..<size * size).map { Double($0 % 7) - 3 }
        let matrix = DenseMatrix(rows: size, columns: size, storage: numbers)
        let time = leastTime { _ = LinearAlgebra.product(matrix, matrix) }
        return 2 * Double(size * size * size) / 1e9 / time
    }
}
