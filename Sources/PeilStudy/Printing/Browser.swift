import Foundation

/// The browser that prints pages: the one that PEIL_BROWSER names, or Chromium under one of its usual names.
public struct Browser: Sendable {
    let path: String

    /// - Throws: `Failure` `ENGINE_MISSING` (exit 69) where there is none.
    public static func find(
        _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> Browser {
        let names = environment["PEIL_BROWSER"].map { [$0] } ?? ["chromium", "chromium-browser", "google-chrome"]
        let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for name in names {
            let paths = name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
            if let path = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) {
                return Browser(path: path)
            }
        }
        throw Failure(
            "ENGINE_MISSING", "There is no browser to print the report with",
            remedy: "install Chromium, name another by PEIL_BROWSER, or leave pdf out of report › formats",
            exitCode: ExitStatus.engineMissing)
    }

    /// No window, no profile of a person, no traffic: names lead nowhere, and so does every address.
    func arguments(profile: String) -> [String] {
        [
            "--headless", "--disable-gpu", "--remote-debugging-pipe", "--user-data-dir=\(profile)",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://0.0.0.0:1",
            "--proxy-bypass-list=<-loopback>", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-extensions", "--disable-domain-reliability", "--disable-breakpad",
            "--no-first-run"
        ]
            // Chromium's own sandbox refuses to start for the superuser.
            + (geteuid() == 0 ? ["--no-sandbox"] : []) + ["about:blank"]
    }
}

/// Why a page could not be printed.
enum BrowserError: Error, Equatable {
    case doesNotStart
    /// It ended, or was ended because it took too long.
    case ended
    /// What it said of a request.
    case refused(String)
}
