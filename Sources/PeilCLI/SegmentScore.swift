import ArgumentParser
import PeilStudy
import PeilWaves

extension Segment {
    struct Score: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Place respondents with frozen segments or a typing tool; say how the wave drifted.",
            discussion: """
                EXAMPLES:
                  peil segment score Data/haaglanden --model segments-1.json --wave golf2
                  peil segment score --data ours.csv --model tool.json --weights w

                --out writes the segment of every respondent: personal data, readable by you
                only.
                """)

        @Argument(
            help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"), completion: .file())
        var study: String?

        @Option(help: ArgumentHelp("The wave; default the newest whose files are all there.", valueName: "id"))
        var wave: String?

        @Option(
            help: ArgumentHelp("Frozen segments or a typing tool; default the study's own.", valueName: "file"),
            completion: .file())
        var model: String?

        @Option(help: ArgumentHelp("CSV or SAV file instead of a study.", valueName: "file"), completion: .file())
        var data: String?

        @Option(help: ArgumentHelp("With --data: a code that means no answer; may be repeated.", valueName: "code"))
        var missing: [String] = []

        @Option(help: ArgumentHelp("With --data: column that names the rows in --out.", valueName: "column"))
        var id: String?

        @Option(
            help: ArgumentHelp("Write the segment of every respondent here.", valueName: "file"), completion: .file())
        var out: String?

        @OptionGroup(title: "Design") var design: DesignFlags
        @OptionGroup(title: "Common options") var common: CommonOptions

        func validate() throws {
            guard (study == nil) != (data == nil) else { throw ValidationError("Give a study, or --data FILE.") }
            guard data == nil || (model != nil && wave == nil) else {
                throw ValidationError("--data needs --model, and has no waves.")
            }
            guard data != nil || (id == nil && missing.isEmpty) else {
                throw ValidationError("--id and --missing go with --data.")
            }
        }

        func run() throws {
            common.chooseKernel()
            common.messages.running(file: study ?? data ?? "") {
                if let study { try score(study: study) } else if let data { try score(data: data) }
            }
        }

        private func score(study path: String) throws {
            let study = try Study(at: path)
            let model: SegmentScoring.Model
            if let given = self.model {
                model = try SegmentScoring.Model.read(given)
            } else if let own = study.segments?.model {
                model = .frozen(own)
            } else {
                throw Failure(
                    "MISSING_KEY", "The study has no frozen segments", file: study.file,
                    remedy: "give --model, or name a file under segments › model", exitCode: ExitStatus.configuration)
            }
            let run = StudyRun(study, wave: try WaveChoice.choose(wave, of: study), threads: common.threads)
            let prepared = try common.messages.stage("weight") { try run.prepare(withSegments: false) }
            let scoring = try SegmentScoring(model, run, prepared)
            let result = try scoring.result()
            if let out {
                try scoring.respondents(result, run).write(to: out, publications: study.path("out"))
                warn(out, hasKey: study.keyFile != nil)
            }
            common.messages.print(result.report)
        }

        private func score(data path: String) throws {
            let model = try SegmentScoring.Model.read(self.model ?? "")
            let plan = AnalysisPlan(
                id: "score", dataset: path, missingCodes: missing, design: try design.request(), items: [])
            let table = try plan.data(model.items + [id].compactMap { $0 }, threads: common.threads)
            let scoring = try SegmentScoring(model, plan, over: table, threads: common.threads)
            let result = try scoring.result()
            if let out {
                try scoring.respondents(result, identifier: id).write(to: out, publications: nil)
                warn(out, hasKey: false)
            }
            common.messages.print(result.report)
        }

        private func warn(_ path: String, hasKey: Bool) {
            common.messages.note(
                "\(path) holds the segment of every respondent: personal data. Keep it inside, and do not use it to "
                    + "approach people" + (hasKey ? "" : "; identifiers are as they were delivered"))
        }
    }
}
