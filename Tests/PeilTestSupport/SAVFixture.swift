public import CReadStat

/// Writes SPSS files with ReadStat's own writer, for the reader to read.
public struct SAVFixture {
    public enum Cell {
        case number(Double)
        case text(String)
        case absent
    }

    public struct Column {
        public var name: String
        public var label: String
        public var format: String
        public var textWidth: Int
        public var measure: readstat_measure_t
        public var labels: [(Double, String)]
        public var textLabels: [(String, String)]
        public var missing: [ClosedRange<Double>]
        public var missingTexts: [String]
        public var cells: [Cell]

        public init(
            name: String, label: String = "", format: String = "", textWidth: Int = 0,
            measure: readstat_measure_t = READSTAT_MEASURE_UNKNOWN, labels: [(Double, String)] = [],
            textLabels: [(String, String)] = [], missing: [ClosedRange<Double>] = [], missingTexts: [String] = [],
            cells: [Cell]
        ) {
            self.name = name
            self.label = label
            self.format = format
            self.textWidth = textWidth
            self.measure = measure
            self.labels = labels
            self.textLabels = textLabels
            self.missing = missing
            self.missingTexts = missingTexts
            self.cells = cells
        }
    }

    public var columns: [Column]
    public var compression: readstat_compress_t
    public var weight: String?

    public init(columns: [Column], compression: readstat_compress_t = READSTAT_COMPRESS_NONE, weight: String? = nil) {
        self.columns = columns
        self.compression = compression
        self.weight = weight
    }

    /// The writer refuses the fixture.
    public struct Refused: Error {}

    /// The bytes of the file.
    public func bytes() throws -> [UInt8] {
        guard let writer = unsafe readstat_writer_init() else { throw Refused() }
        defer { unsafe readstat_writer_free(writer) }
        let sink = Sink()
        unsafe readstat_set_data_writer(writer) { data, count, context in
            guard let data = unsafe data, let context = unsafe context else { return -1 }
            unsafe Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
                .bytes.append(contentsOf: UnsafeRawBufferPointer(start: data, count: count))
            return count
        }
        unsafe readstat_writer_set_compression(writer, compression)
        var variables: [UnsafeMutablePointer<readstat_variable_t>?] = unsafe []
        for column in columns { unsafe variables.append(describe(column, to: writer)) }
        if let weight, let index = columns.firstIndex(where: { $0.name == weight }) {
            unsafe readstat_writer_set_fweight_variable(writer, variables[index])
        }
        let rows = columns.map(\.cells.count).max() ?? 0
        let isWritten = withExtendedLifetime(sink) {
            unsafe write(rows, variables, to: writer, Unmanaged.passUnretained(sink).toOpaque())
        }
        guard isWritten else { throw Refused() }
        return sink.bytes
    }

    private final class Sink { var bytes: [UInt8] = [] }

    private func describe(
        _ column: Column, to writer: UnsafeMutablePointer<readstat_writer_t>
    ) -> UnsafeMutablePointer<readstat_variable_t>? {
        let isText = column.textWidth > 0
        let type = isText ? READSTAT_TYPE_STRING : READSTAT_TYPE_DOUBLE
        let variable = unsafe readstat_add_variable(writer, column.name, type, column.textWidth)
        unsafe readstat_variable_set_label(variable, column.label)
        if !column.format.isEmpty { unsafe readstat_variable_set_format(variable, column.format) }
        unsafe readstat_variable_set_measure(variable, column.measure)
        if !column.labels.isEmpty || !column.textLabels.isEmpty {
            let set = unsafe readstat_add_label_set(writer, type, column.name)
            for (value, label) in column.labels { unsafe readstat_label_double_value(set, value, label) }
            for (value, label) in column.textLabels { unsafe readstat_label_string_value(set, value, label) }
            unsafe readstat_variable_set_label_set(variable, set)
        }
        for range in column.missing {
            if range.lowerBound == range.upperBound {
                unsafe readstat_variable_add_missing_double_value(variable, range.lowerBound)
            } else {
                unsafe readstat_variable_add_missing_double_range(variable, range.lowerBound, range.upperBound)
            }
        }
        for text in column.missingTexts {
            // The writer keeps the pointer until the end; a copy that outlives it costs a test nothing.
            unsafe readstat_variable_add_missing_string_value(variable, strdup(text))
        }
        return unsafe variable
    }

    private func write(
        _ rows: Int, _ variables: [UnsafeMutablePointer<readstat_variable_t>?],
        to writer: UnsafeMutablePointer<readstat_writer_t>, _ context: UnsafeMutableRawPointer
    ) -> Bool {
        guard unsafe readstat_begin_writing_sav(writer, context, rows) == READSTAT_OK else { return false }
        for row in 0..<rows {
            guard unsafe readstat_begin_row(writer) == READSTAT_OK else { return false }
            for index in columns.indices {
                let (column, variable) = unsafe (columns[index], variables[index])
                let outcome =
                    switch column.cells[row] {
                    case .number(let value): unsafe readstat_insert_double_value(writer, variable, value)
                    case .text(let text): unsafe readstat_insert_string_value(writer, variable, text)
                    case .absent: unsafe readstat_insert_missing_value(writer, variable)
                    }
                guard outcome == READSTAT_OK else { return false }
            }
            guard unsafe readstat_end_row(writer) == READSTAT_OK else { return false }
        }
        return unsafe readstat_end_writing(writer) == READSTAT_OK
    }

    /// A survey with every kind of variable.
    public static func survey(_ compression: readstat_compress_t = READSTAT_COMPRESS_NONE) -> SAVFixture {
        SAVFixture(
            columns: [
                Column(
                    name: "resp_id", label: "Volgnummer", format: "F8.0",
                    cells: [.number(1), .number(2), .number(3), .number(4)]),
                Column(
                    name: "Zorgen", label: "Hoeveel zorgen maakt u zich?", format: "F1.0",
                    measure: READSTAT_MEASURE_ORDINAL,
                    labels: [(1, "geen zorgen"), (2, "enige"), (3, "véél"), (8, "weet niet"), (9, "wil niet zeggen")],
                    missing: [8...8, 9...9], cells: [.number(1), .number(3), .number(8), .absent]),
                Column(
                    name: "leeftijd", label: "Wat is uw leeftijd?", format: "F3.0", measure: READSTAT_MEASURE_SCALE,
                    missing: [997...999], cells: [.number(34), .number(98), .number(999), .number(61)]),
                Column(
                    name: "uren", label: "Uren per week", format: "F8.2",
                    cells: [.number(1.5), .number(-0.25), .number(1e-7), .number(40)]),
                Column(
                    name: "datum", label: "Datum van invullen", format: "EDATE10",
                    cells: [.number(13_983_840_000), .number(0), .number(12_219_379_200), .absent]),
                Column(
                    name: "gewicht", label: "Weegfactor", format: "F8.4",
                    cells: [.number(0.75), .number(1), .number(1.25), .number(1)]),
                Column(
                    name: "gemeente", label: "Gemeente", textWidth: 6,
                    textLabels: [("GM0518", "Den Haag"), ("GM0503", "Delft"), ("GM9999", "onbekend")],
                    missingTexts: ["GM9999"],
                    cells: [.text("GM0518"), .text("GM0503"), .text("GM9999"), .text("GM0518")]),
                Column(
                    name: "toelichting", label: "Wat wilt u nog kwijt?", textWidth: 800,
                    cells: [
                        .text("Nee, \"niets\"  "), .text(String(repeating: "Zeeën, ", count: 80)), .text(""),
                        .text("regel een\nregel twee")
                    ])
            ], compression: compression, weight: "gewicht")
    }
}
