import ArgumentParser

@main
struct Peil: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "peil")
}
