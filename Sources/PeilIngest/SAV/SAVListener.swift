import CReadStat

/// Gathers what the C library tells while it reads: variables, labels, then values record by record.
final class SAVListener {
    private(set) var dictionary = SAVDictionary()
    private(set) var text = SAVText()
    private(set) var recordCount = 0
    /// Why reading was broken off, where it was.
    private(set) var trouble: IngestError?
    private(set) var hasVariables = false
    private let structure: SAVStructure
    private let userMissing: SAVReader.UserMissing
    private var labels: [String: [SAVRawLabel]] = [:]
    // By variable, so that a cell costs no copy of its description.
    private var kinds: [SAVVariable.Kind] = []
    private var missing: [[SAVMissing]] = []
    private var missingFound: [Set<String>] = []
    private static let missingFoundLimit = 1000

    /// A value label before its variable is known.
    private struct SAVRawLabel {
        let text: String
        let number: Double
        let label: String
    }

    init(_ structure: SAVStructure, userMissing: SAVReader.UserMissing) {
        self.structure = structure
        self.userMissing = userMissing
    }

    // MARK: What is told

    private func take(encoding: String) { dictionary.encoding = encoding }

    private func take(label: String, of text: String, _ number: Double, in set: String) {
        labels[set, default: []].append(SAVRawLabel(text: text, number: number, label: label))
    }

    private func take(_ variable: SAVVariable, labels set: String?) {
        var variable = variable
        for text in structure.longMissing[variable.name] ?? [] where !variable.missing.contains(.code(text)) {
            variable.missing.append(.code(text))
        }
        for label in set.flatMap({ labels[$0] }) ?? [] {
            let isText = variable.kind == .text
            variable.valueLabels.append(
                SAVValueLabel(
                    code: isText ? label.text : SAVText.text(label.number, variable.kind), label: label.label,
                    number: isText ? nil : label.number))
        }
        dictionary.variables.append(variable)
        kinds.append(variable.kind)
        missing.append(variable.missing)
        missingFound.append([])
    }

    private func take(weight: String) { dictionary.weight = weight }

    private func startRecords() {
        hasVariables = true
        for (index, variable) in dictionary.variables.enumerated() {
            if index > 0 { text.endCell() }
            text.append(Array(variable.name.utf8))
        }
        text.endRecord()
    }

    /// False to stop reading.
    private func take(_ column: Int, _ value: SAVValue) -> Bool {
        guard kinds.indices.contains(column) else { return false }
        if column == 0, recordCount == 0, !hasVariables { startRecords() }
        if column > 0 { text.endCell() }
        append(value, column)
        guard column == kinds.count - 1 else { return true }
        text.endRecord()
        recordCount += 1
        guard text.bytes.count < SAVText.limit else {
            trouble = IngestError(
                "MALFORMED", "The answers of the SPSS file take more than 4 GB as text.",
                remedy: "Split it into deliveries of at most 4 GB.")
            return false
        }
        return true
    }

    private func append(_ value: SAVValue, _ column: Int) {
        let isAlone = kinds.count == 1
        switch value {
        case .absent: text.appendEmpty(alone: isAlone)
        case .text(let bytes):
            if bytes.isEmpty || isMissing(column, { (String(decoding: bytes, as: UTF8.self), nil) }) {
                text.appendEmpty(alone: isAlone)
            } else {
                text.append(bytes)
            }
        case .number(let number):
            let kind = kinds[column]
            if isMissing(column, { (SAVText.text(number, kind), number) }) {
                text.appendEmpty(alone: isAlone)
            } else {
                text.append(number, kind)
            }
        }
    }

    /// Notes a user-missing value; true where it shall become an empty cell. The cell is made where it matters only.
    private func isMissing(_ column: Int, _ cell: () -> (code: String, number: Double?)) -> Bool {
        guard !missing[column].isEmpty else { return false }
        let (code, number) = cell()
        guard missing[column].contains(where: { $0.covers(code, number) }) else { return false }
        if missingFound[column].count < Self.missingFoundLimit { missingFound[column].insert(code) }
        return userMissing == .madeEmpty
    }

    /// The dictionary with what only the whole file tells.
    func finished() -> SAVDictionary {
        var result = dictionary
        result.recordCount = recordCount
        if !hasVariables { startRecords() }
        for (index, found) in missingFound.enumerated() {
            result.variables[index].missingCodesFound = found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        result.responseSets = structure.responseSets.map { set in
            SAVResponseSet(
                name: set.name, countedValue: set.countedValue,
                variables: set.variables.map { structure.longNames[$0.uppercased()] ?? $0.uppercased() })
        }
        return result
    }

    // MARK: The C side

    private static func from(_ context: UnsafeMutableRawPointer?) -> SAVListener? {
        unsafe context.map { unsafe Unmanaged<SAVListener>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func string(_ pointer: UnsafePointer<CChar>?) -> String {
        unsafe pointer.map { unsafe String(cString: $0) } ?? ""
    }

    private static func bytes(_ pointer: UnsafePointer<CChar>?) -> [UInt8] {
        guard let pointer = unsafe pointer else { return [] }
        var count = unsafe strlen(pointer)
        let buffer = unsafe UnsafeBufferPointer(start: pointer, count: count)
        while count > 0, unsafe UInt8(bitPattern: buffer[count - 1]) == Ascii.space { count -= 1 }
        return unsafe buffer[..<count].map { UInt8(bitPattern: $0) }
    }

    /// Tells `parser` to report here; the listener is its context and must outlive it.
    func listen(to parser: UnsafeMutablePointer<readstat_parser_t>) {
        unsafe readstat_set_metadata_handler(parser) { metadata, context in
            let encoding = unsafe SAVListener.string(readstat_get_file_encoding(metadata))
            unsafe SAVListener.from(context)?.take(encoding: encoding)
            return 0
        }
        unsafe readstat_set_value_label_handler(parser) { set, value, label, context in
            let isText = unsafe readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING
            let bytes = unsafe isText ? SAVListener.bytes(readstat_string_value(value)) : []
            let number = unsafe isText ? 0 : readstat_double_value(value)
            unsafe SAVListener.from(context)?.take(
                label: SAVListener.string(label), of: String(decoding: bytes, as: UTF8.self), number,
                in: SAVListener.string(set))
            return 0
        }
        unsafe readstat_set_variable_handler(parser) { _, variable, labels, context in
            guard let variable = unsafe variable else { return 1 }
            unsafe SAVListener.from(context)?.take(
                SAVListener.described(variable), labels: labels.map { unsafe SAVListener.string($0) })
            return 0
        }
        unsafe readstat_set_fweight_handler(parser) { variable, context in
            unsafe SAVListener.from(context)?.take(weight: SAVListener.string(readstat_variable_get_name(variable)))
            return 0
        }
        unsafe readstat_set_value_handler(parser) { _, variable, value, context in
            guard let listener = unsafe SAVListener.from(context) else { return 1 }
            let column = unsafe Int(readstat_variable_get_index(variable))
            return unsafe listener.take(column, SAVListener.value(value)) ? 0 : 1
        }
    }

    private static func value(_ value: readstat_value_t) -> SAVValue {
        if unsafe readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING {
            return unsafe .text(bytes(readstat_string_value(value)))
        }
        return unsafe readstat_value_is_system_missing(value) != 0 ? .absent : .number(readstat_double_value(value))
    }

    private static func described(_ variable: UnsafeMutablePointer<readstat_variable_t>) -> SAVVariable {
        let format = unsafe string(readstat_variable_get_format(variable))
        let isText = unsafe readstat_variable_get_type_class(variable) == READSTAT_TYPE_CLASS_STRING
        let measure: SAVVariable.Measure =
            switch unsafe readstat_variable_get_measure(variable) {
            case READSTAT_MEASURE_NOMINAL: .nominal
            case READSTAT_MEASURE_ORDINAL: .ordinal
            case READSTAT_MEASURE_SCALE: .scale
            default: .unknown
            }
        var result = unsafe SAVVariable(
            name: string(readstat_variable_get_name(variable)), label: string(readstat_variable_get_label(variable)),
            format: format, kind: isText ? .text : SAVVariable.Kind(format: format), measure: measure,
            width: Int(readstat_variable_get_storage_width(variable)))
        for index in 0..<max(0, unsafe readstat_variable_get_missing_ranges_count(variable)) {
            let low = unsafe readstat_variable_get_missing_range_lo(variable, index)
            let high = unsafe readstat_variable_get_missing_range_hi(variable, index)
            result.missing.append(unsafe missing(low, high, result.kind))
        }
        return result
    }

    private static func missing(
        _ low: readstat_value_t, _ high: readstat_value_t, _ kind: SAVVariable.Kind
    ) -> SAVMissing {
        if kind == .text {
            return unsafe .code(String(decoding: bytes(readstat_string_value(low)), as: UTF8.self))
        }
        let (first, last) = unsafe (readstat_double_value(low), readstat_double_value(high))
        if first == last { return .code(SAVText.text(first, kind)) }
        return .range(low: first.isFinite ? first : nil, high: last.isFinite ? last : nil)
    }
}

/// One value as the C library hands it over.
private enum SAVValue {
    case absent
    case text([UInt8])
    case number(Double)
}
