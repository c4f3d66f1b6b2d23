public import Foundation
internal import PeilNumerics

/// The state of a pass as it lies on disk: what it is, for which design, in which version, and a checksum over all
/// of it. A state that is damaged, cut short or made for something else is refused, never merged.
///
/// Layout: a line "peil-state-1", a line of JSON (kind, version, design, length of the payload), the payload (JSON of
/// the state, in which doubles keep every bit), and the CRC-64/XZ of everything before as 16 digits.
public enum SealedState {
    private static let magic = Array("peil-state-1\n".utf8)
    private static let checksumLength = 16

    private struct Header: Codable {
        let kind: String
        let version: Int
        let design: String
        let length: Int
    }

    /// - Parameters:
    ///   - state: what was summed so far.
    ///   - kind: what the state sums, for instance the item and its options: only equal kinds merge.
    ///   - design: `SampleDesign.fingerprint` of the design whose units are counted.
    public static func seal<State: Mergeable>(_ state: State, kind: String, design: String) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let payload = try encoder.encode(state)
        let header = try encoder.encode(
            Header(kind: kind, version: State.stateVersion, design: design, length: payload.count))
        var bytes = magic + Array(header) + [UInt8(ascii: "\n")] + Array(payload)
        var checksum = CyclicChecksum()
        checksum.add(bytes)
        bytes += Array(checksum.text.utf8)
        return Data(bytes)
    }

    public static func open<State: Mergeable>(
        _ data: Data, as type: State.Type, kind: String, design: String
    ) throws(StateError) -> State {
        let bytes = Array(data)
        guard bytes.starts(with: magic) else { throw .notAState }
        guard let end = bytes[magic.count...].firstIndex(of: UInt8(ascii: "\n")) else { throw .truncated }
        guard bytes.count >= end + 1 + checksumLength else { throw .truncated }
        let body = bytes.dropLast(checksumLength)
        var checksum = CyclicChecksum()
        checksum.add(body)
        guard let header = try? JSONDecoder().decode(Header.self, from: Data(bytes[magic.count..<end])) else {
            throw .damaged
        }
        guard header.length >= 0, bytes.count >= end + 1 + checksumLength + header.length else { throw .truncated }
        guard Array(checksum.text.utf8) == Array(bytes.suffix(checksumLength)),
            bytes.count == end + 1 + checksumLength + header.length
        else { throw .damaged }
        guard header.kind == kind else { throw .otherKind(found: header.kind) }
        guard header.version == State.stateVersion else {
            throw .otherVersion(found: header.version, known: State.stateVersion)
        }
        guard header.design == design else { throw .otherDesign }
        guard let state = try? JSONDecoder().decode(State.self, from: Data(body[(end + 1)...])) else { throw .damaged }
        return state
    }
}

/// Why a stored state cannot be used.
public enum StateError: Error, Sendable, Equatable {
    case notAState
    case otherKind(found: String)
    case otherVersion(found: Int, known: Int)
    /// Made for other strata or units: its cells would be counted in the wrong place.
    case otherDesign
    case damaged
    case truncated
}

extension SampleDesign {
    /// A short text that is equal for designs of the same strata and units, in the same order: states name units by
    /// number, so only states of one fingerprint can merge.
    public var fingerprint: String {
        var checksum = CyclicChecksum()
        for stage in stages {
            checksum.add("stage \(stage.unitCount)\n".utf8)
            for stratum in stage.strata {
                let population = stratum.population.map { "\($0)" } ?? "-"
                checksum.add(
                    "\(stratum.label)\u{1F}\(stratum.sampled)\u{1F}\(population)\u{1F}\(stratum.parent)\n".utf8)
            }
        }
        return checksum.text
    }
}
