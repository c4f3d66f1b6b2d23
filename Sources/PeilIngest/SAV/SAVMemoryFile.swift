import CReadStat

/// The bytes of a file as the C library asks for them: it never opens a path, so that a file which changes while it
/// is read cannot be two files at once.
final class SAVMemoryFile {
    private let bytes: [UInt8]
    private let patches: [SAVStructure.Patch]
    private var offset = 0

    init(_ bytes: [UInt8], patches: [SAVStructure.Patch]) {
        self.bytes = bytes
        self.patches = patches
    }

    /// The new place, or -1 where there is none.
    func seek(_ distance: Int, from origin: readstat_io_flags_t) -> Int {
        let start =
            switch origin {
            case READSTAT_SEEK_CUR: offset
            case READSTAT_SEEK_END: bytes.count
            default: 0
            }
        let (place, isTooFar) = start.addingReportingOverflow(distance)
        guard !isTooFar, (0...bytes.count).contains(place) else { return -1 }
        offset = place
        return place
    }

    func read(_ count: Int, into buffer: UnsafeMutableRawPointer) -> Int {
        let taken = max(0, min(count, bytes.count - offset))
        guard taken > 0 else { return 0 }
        unsafe bytes.withUnsafeBytes { source in
            if let base = source.baseAddress { unsafe buffer.copyMemory(from: base + offset, byteCount: taken) }
        }
        for patch in patches {
            for (index, byte) in patch.bytes.enumerated() {
                let place = patch.offset + index - offset
                if (0..<taken).contains(place) {
                    unsafe buffer.storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
                }
            }
        }
        offset += taken
        return taken
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> SAVMemoryFile? {
        unsafe context.map { unsafe Unmanaged<SAVMemoryFile>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Tells `parser` to read from this file, which must outlive it.
    func serve(_ parser: UnsafeMutablePointer<readstat_parser_t>) {
        unsafe readstat_set_open_handler(parser) { _, _ in 0 }
        unsafe readstat_set_close_handler(parser) { _ in 0 }
        unsafe readstat_set_seek_handler(parser) { distance, origin, context in
            unsafe SAVMemoryFile.from(context)?.seek(Int(distance), from: origin) ?? -1
        }
        unsafe readstat_set_read_handler(parser) { buffer, count, context in
            guard let buffer = unsafe buffer, let file = unsafe SAVMemoryFile.from(context) else { return -1 }
            return unsafe file.read(count, into: buffer)
        }
        unsafe readstat_set_update_handler(parser) { _, _, _, _ in READSTAT_OK }
        unsafe readstat_set_io_ctx(parser, Unmanaged.passUnretained(self).toOpaque())
    }
}
