import Foundation

/// How far a delivery has come. Each stage is done once; a run that was stopped goes on with the next.
public enum DeliveryStage: String, Sendable, Codable, CaseIterable {
    /// An immutable copy lies in waves/raw.
    case received
    /// The answers fit the codebook, the margins and the design.
    case validated
    /// Released results are stored.
    case estimated
    /// Waits for a human; a draft of the report lies in internal/held.
    case held
    /// The whole report lies in its folder, and no reader is sent there yet.
    case rendered
    /// Readers see it, or saw it before a later version.
    case published
    /// Rejected: the same bytes are not tried again until the study or peil changes.
    case quarantined
    /// Tried as often as allowed with faults that should have passed by.
    case failed
    /// A later delivery of the wave came before this one was published.
    case replaced
}

/// One delivery of a wave: these bytes, and what became of them.
public struct LedgerDelivery: Sendable, Equatable, Codable {
    public struct File: Sendable, Equatable, Codable {
        /// The `path` or `pattern` of study.yaml that it stands for.
        public let declared: String
        /// The name under which it came, relative to the study's folder as `path` is.
        public let name: String
        /// SHA-256 of the bytes that came.
        public let delivered: String
        /// SHA-256 of the copy that is kept; another than `delivered` once a person was forgotten.
        public var stored: String
        public var bytes: Int
        /// It came by the inbox; else it is read where the study says.
        public let isFromInbox: Bool

        public init(
            declared: String, name: String, delivered: String, stored: String, bytes: Int, isFromInbox: Bool
        ) {
            self.isFromInbox = isFromInbox
            self.declared = declared
            self.name = name
            self.delivered = delivered
            self.stored = stored
            self.bytes = bytes
        }
    }

    /// Why a wave waits for a human.
    public struct Hold: Sendable, Equatable, Codable {
        public let code: String
        public let message: String

        public init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    /// What stopped it last. Never a respondent's value.
    public struct Trouble: Sendable, Equatable, Codable {
        public let code: String
        public let message: String
        public let place: String?
        public let line: Int?
        public let column: Int?
        public let remedy: String
        public let exitCode: Int

        public init(
            code: String, message: String, place: String?, line: Int?, column: Int?, remedy: String, exitCode: Int
        ) {
            self.code = code
            self.message = message
            self.place = place
            self.line = line
            self.column = column
            self.remedy = remedy
            self.exitCode = exitCode
        }
    }

    /// Who let a held wave through, and why.
    public struct Approval: Sendable, Equatable, Codable {
        public let by: String
        public let reason: String

        public init(by: String, reason: String) {
            self.by = by
            self.reason = reason
        }
    }

    /// 1, 2, 3 … in the order in which deliveries came; given by the ledger.
    public internal(set) var number: Int64?
    public let wave: String
    /// One hash over the hashes of all delivered files.
    public let identity: String
    public var stage: DeliveryStage
    /// Hash of the study, and version of peil, by which the stage was reached.
    public var study: String
    public var program: String
    public var files: [File]
    /// SHA-256 of the stored release and of the decisions that bind later versions.
    public var release: String?
    public var decisions: String?
    /// Name and manifest of the rendered report.
    public var publication: String?
    public var manifest: String?
    public var holds: [Hold]
    public var approval: Approval?
    public var trouble: Trouble?
    /// Faults that should pass by, met in a row.
    public var attempts: Int
    /// ISO time before which it is not tried again.
    public var retryAfter: String?
    /// Snapshots were removed by the retention rule.
    public var isPurged: Bool

    public init(wave: String, identity: String, study: String, program: String, files: [File]) {
        self.wave = wave
        self.identity = identity
        stage = .received
        self.study = study
        self.program = program
        self.files = files
        holds = []
        attempts = 0
        isPurged = false
    }
}

/// One version of a wave's report that readers were sent to.
public struct LedgerPublication: Sendable, Equatable, Codable {
    /// 1, 2, 3 … over all waves; given by the ledger.
    public internal(set) var sequence: Int64?
    public let delivery: Int64
    public let wave: String
    /// 1 for the first report of the wave, 2 for its first correction.
    public let version: Int
    public let publication: String
    public let manifest: String
    /// Printed figures that differ from the version before; nil for the first.
    public let changedFigures: Int?

    public init(
        delivery: Int64, wave: String, version: Int, publication: String, manifest: String, changedFigures: Int?
    ) {
        self.delivery = delivery
        self.wave = wave
        self.version = version
        self.publication = publication
        self.manifest = manifest
        self.changedFigures = changedFigures
    }
}

/// Something that happened. The order comes from `sequence`, never from a clock; `at` is for people.
public struct LedgerEvent: Sendable, Equatable, Codable {
    public internal(set) var sequence: Int64?
    /// ISO time, UTC, as this machine's clock had it.
    public let at: String
    /// `received`, `validated`, `estimated`, `held`, `rendered`, `published`, `quarantined`, `retry`, `failed`, `approved`,
    /// `forgotten`, `purged`, `superseded`, `notified`, `clock`, `upgraded`.
    public let kind: String
    public let wave: String?
    public let delivery: Int64?
    public let text: String
    /// Seal of the delivery after this event.
    let delivered: String?
    /// Seal of the events up to and with this one.
    let chain: String
}

extension LedgerEvent {
    /// What a publication is noted as.
    public static func published(_ version: Int, _ publication: String) -> (kind: String, text: String) {
        ("published", "version \(version), \(publication)")
    }

    /// The event that a publication is about to become, after all others.
    public static func published(of wave: String, version: Int, _ publication: String) -> LedgerEvent {
        let note = published(version, publication)
        return LedgerEvent(
            sequence: .max, at: "", kind: note.kind, wave: wave, delivery: nil, text: note.text, delivered: nil,
            chain: "")
    }
}

/// A person who asked to be forgotten, as a keyed pseudonym that nobody can undo.
public struct LedgerTombstone: Sendable, Equatable, Codable {
    public let pseudonym: String
    /// What the person was given as a receipt.
    public let receipt: String

    public init(pseudonym: String, receipt: String) {
        self.pseudonym = pseudonym
        self.receipt = receipt
    }
}

/// A message about a publication that must arrive at least once.
public struct LedgerNotification: Sendable, Equatable, Codable {
    public let publication: String
    public let wave: String
    public let payload: String
    public var isSent: Bool
    public var attempts: Int

    public init(publication: String, wave: String, payload: String) {
        self.publication = publication
        self.wave = wave
        self.payload = payload
        isSent = false
        attempts = 0
    }
}
