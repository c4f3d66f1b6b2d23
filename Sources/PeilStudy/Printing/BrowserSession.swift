import Foundation

/// One run of a browser, led over a pair of pipes by the DevTools protocol: JSON objects that end in a zero byte. The
/// browser is ended when the session ends, and when a request takes longer than it may.
struct BrowserSession: ~Copyable {
    private let process = Process()
    private let requests = Pipe()
    private let answers = Pipe()
    private let seconds: Double
    private var buffer = Data()
    private var count = 0
    /// Events since the last request.
    private var events: Set<String> = []
    private var session = ""

    /// - Parameters:
    ///   - profile: a folder of its own, to be removed afterwards.
    ///   - seconds: what one request may take.
    init(_ browser: Browser, profile: String, seconds: Double) throws {
        self.seconds = seconds
        // Writing to a browser that ended is an error to be told, not the end of this program.
        signal(SIGPIPE, SIG_IGN)
        process.executableURL = URL(filePath: "/bin/sh")
        // The protocol runs over descriptors 3 and 4, which only a shell can make of ours.
        process.arguments =
            ["-c", #"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#, browser.path]
            + browser.arguments(profile: profile)
        process.standardInput = requests
        process.standardOutput = answers
        do { try process.run() } catch { throw BrowserError.doesNotStart }
        // The child holds the other ends: with ours closed, its end is the end of the answers.
        try? requests.fileHandleForReading.close()
        try? answers.fileHandleForWriting.close()
        let target = try ask("Target.createTarget", ["url": "about:blank"])["targetId"] as? String ?? ""
        session = try ask("Target.attachToTarget", ["targetId": target, "flatten": true])["sessionId"] as? String ?? ""
        _ = try ask("Page.enable")
    }

    /// Opens a file and waits until it is there whole.
    mutating func open(_ path: String) throws {
        let answer = try ask("Page.navigate", ["url": URL(filePath: path).absoluteString])
        if let error = answer["errorText"] as? String, !error.isEmpty { throw BrowserError.refused(error) }
        try withinTime { session throws in
            while !session.events.contains("Page.loadEventFired") { session.note(try session.receive()) }
        }
    }

    /// Asks, and waits for the answer to this request.
    @discardableResult
    mutating func ask(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
        count += 1
        var request: [String: Any] = ["id": count, "method": method, "params": parameters]
        if !session.isEmpty { request["sessionId"] = session }
        let line = try JSONSerialization.data(withJSONObject: request) + Data([0])
        events = []
        return try withinTime { session throws in
            do { try session.requests.fileHandleForWriting.write(contentsOf: line) } catch { throw BrowserError.ended }
            while true {
                let message = try session.receive()
                guard message["id"] as? Int == session.count else {
                    session.note(message)
                    continue
                }
                if let error = message["error"] as? [String: Any] {
                    throw BrowserError.refused(error["message"] as? String ?? method)
                }
                return message["result"] as? [String: Any] ?? [:]
            }
        }
    }

    private mutating func note(_ message: [String: Any]) {
        if let event = message["method"] as? String { events.insert(event) }
    }

    private mutating func receive() throws -> [String: Any] {
        while true {
            if let end = buffer.firstIndex(of: 0) {
                let message = Data(buffer[buffer.startIndex..<end])
                buffer = Data(buffer[(end + 1)...])
                return try JSONSerialization.jsonObject(with: message) as? [String: Any] ?? [:]
            }
            let more = answers.fileHandleForReading.availableData
            guard !more.isEmpty else { throw BrowserError.ended }
            buffer.append(more)
        }
    }

    /// A browser that hangs is killed: its answers end, and the wait with them.
    private mutating func withinTime<Result>(_ work: (inout BrowserSession) throws -> Result) rethrows -> Result {
        let identifier = process.processIdentifier
        let alarm = DispatchWorkItem { kill(identifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds, execute: alarm)
        defer { alarm.cancel() }
        return try work(&self)
    }

    deinit {
        // Not SIGTERM: a child inherits the signals that the thread which started it holds back.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
