import PeilStudy
import PeilWaves

/// What passes sum: the items of a plan, or the figures of a study's report.
struct PassSource {
    let reading: PassReading
    var plan: PassPlan { reading.plan }

    /// - Parameters:
    ///   - plan: path of a plan.
    ///   - study: path of a study; one of the two.
    ///   - wave: of the study; nil for the newest that is complete.
    init(plan: String?, study: String?, wave: String?) throws {
        switch (plan, study) {
        case (let plan?, nil):
            guard wave == nil else {
                throw Self.usage("A plan has no waves", "leave --wave out")
            }
            reading = PassReading(try PassPlan(file: plan))
        case (nil, let path?):
            let study = try Study(at: path)
            reading = PassReading(try StudyPartition(study, wave: try WaveChoice.choose(wave, of: study)))
        case (nil, nil): throw Self.usage("Neither a study nor a plan is named", "name one of them")
        default: throw Self.usage("A study and a plan are both named", "name one of them")
        }
    }

    private static func usage(_ what: String, _ remedy: String) -> Failure {
        Failure("USAGE", what, remedy: remedy, exitCode: ExitStatus.usage)
    }
}
