import PeilNumerics
import PeilStatistics

extension ByteWriter {
    mutating func write(_ stage: SegmentStage) {
        switch stage {
        case .counting: write(0)
        case .scaling(let own): write(own, tag: 1)
        case .descending(let own): write(own, tag: 2)
        case .found(let own): write(own, tag: 3)
        case .classes(let own):
            write(4)
            write(own)
        case .failed(let own):
            write(5)
            write([own.code, own.message, own.remedy])
            write(Int(own.exitCode))
        }
    }

    private mutating func write(_ own: CentroidDescent, tag: Int) {
        write(tag)
        write(own.scales.map(\.mean))
        write(own.scales.map(\.deviation))
        for centre in own.centres { write(centre) }
        write([own.rounds, own.starts?.reached ?? -1, own.starts?.all ?? -1])
        write(own.totalSquares)
    }

    private mutating func write(_ own: ClassesFound) {
        let fit = own.fit
        for item in fit.model.answerItems { write(item.categories) }
        write(fit.model)
        write([fit.parameterCount, fit.bestReached.by, fit.bestReached.of, fit.steps, fit.flatDirections])
        write([
            fit.logLikelihood, fit.count, fit.effectiveCount, fit.residualDegreesOfFreedom, fit.posteriorEntropy,
            fit.classificationError, fit.smallestEigenvalue
        ])
        write([fit.likelihoodRatio, fit.pearson].compactMap { $0 })
        write(own.sizes.model)
        write(own.sizes.carrier.storage)
    }

    /// Its items stand elsewhere.
    private mutating func write(_ model: LatentClassModel) {
        write(model.shares)
        for item in model.probabilities { write(item.flatMap { $0 }) }
    }
}

extension ByteReader {
    mutating func stage(_ request: SegmentRequest) throws -> SegmentStage {
        let tag = try whole()
        switch (tag, request.method) {
        case (0, _): return .counting
        case (1, .kMeans(let method, _)): return .scaling(try descent(method))
        case (2, .kMeans(let method, _)): return .descending(try descent(method))
        case (3, .kMeans(let method, _)): return .found(try descent(method))
        case (4, .classes(let method, _)): return .classes(try classes(method))
        case (5, _):
            let texts = try texts()
            guard texts.count == 3, let exitCode = Int32(exactly: try whole()) else { throw Trouble.damaged }
            return .failed(Failure(texts[0], texts[1], remedy: texts[2], exitCode: exitCode))
        default: throw Trouble.damaged
        }
    }

    private mutating func numbers(exactly count: Int) throws -> [Double] {
        let numbers = try numbers(limit: count)
        guard numbers.count == count else { throw Trouble.damaged }
        return numbers
    }

    private mutating func descent(_ method: WeightedKMeans) throws -> CentroidDescent {
        let count = method.items.count
        let (means, deviations) = (try numbers(exactly: count), try numbers(exactly: count))
        var centres: [[Double]] = []
        for _ in 0..<method.clusters { centres.append(try numbers(exactly: count)) }
        let facts = try wholes()
        guard facts.count == 3, facts[0] >= 0 else { throw Trouble.damaged }
        return CentroidDescent(
            scales: zip(means, deviations).map {
                ItemScale(mean: $0, deviation: $1, isStandardised: method.isStandardised)
            }, centres: centres, rounds: facts[0],
            starts: facts[1] < 0 ? nil : CentroidDescent.Starts(reached: facts[1], all: facts[2]),
            totalSquares: try number())
    }

    private mutating func classes(_ method: LatentClasses) throws -> ClassesFound {
        var items: [AnswerPatterns.Item] = []
        for name in method.items {
            let categories = try texts()
            guard (1...AnswerPatterns.categoryLimit).contains(categories.count) else { throw Trouble.damaged }
            items.append(AnswerPatterns.Item(name: name, categories: categories))
        }
        let found = try model(method, items)
        let (facts, numbers) = (try wholes(), try numbers(exactly: 7))
        let distances = try self.numbers(limit: 2)
        guard facts.count == 5, [0, 2].contains(distances.count) else { throw Trouble.damaged }
        let fit = LatentClassFit(
            model: found, logLikelihood: numbers[0], count: numbers[1], effectiveCount: numbers[2],
            parameterCount: facts[0], residualDegreesOfFreedom: numbers[3], bestReached: (facts[1], facts[2]),
            steps: facts[3], posteriorEntropy: numbers[4], classificationError: numbers[5],
            likelihoodRatio: distances.first, pearson: distances.last, flatDirections: facts[4],
            smallestEigenvalue: numbers[6])
        let solution = try model(method, items)
        let carrier = try self.numbers(limit: 1 << 20)
        guard carrier.count.isMultiple(of: method.classes) else { throw Trouble.damaged }
        let matrix = DenseMatrix(
            rows: method.classes, columns: carrier.count / method.classes, storage: carrier)
        guard let sizes = LatentClassSizes(solution, carrier: matrix) else { throw Trouble.damaged }
        return ClassesFound(fit: fit, sizes: sizes)
    }

    private mutating func model(_ method: LatentClasses, _ items: [AnswerPatterns.Item]) throws -> LatentClassModel {
        let shares = try numbers(exactly: method.classes)
        var probabilities: [[[Double]]] = []
        for item in items {
            let width = item.categories.count
            let flat = try numbers(exactly: width * method.classes)
            probabilities.append((0..<method.classes).map { Array(flat[($0 * width)..<(($0 + 1) * width)]) })
        }
        return LatentClassModel(
            items: items, shares: shares, probabilities: probabilities, minimumAnswered: method.minimumAnswered)
    }
}
