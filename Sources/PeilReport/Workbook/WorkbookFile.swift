import CXlsxWriter
import Foundation

/// Owns libxlsxwriter's handle of a workbook that is being written. This file alone is `unsafe` in PeilReport: what the
/// C library keeps it copies, and every pointer that goes in belongs to a Swift string that outlives the call.
@safe struct WorkbookFile: ~Copyable {
    private let handle: UnsafeMutablePointer<lxw_workbook>

    /// The bytes of an .xlsx file. They depend on the workbook alone. Throws `.workbook` with what went wrong.
    static func bytes(_ workbook: Workbook) throws(ReportError) -> [UInt8] {
        do {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("peil-\(UUID().uuidString)")
            // For this user alone, and gone afterwards.
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            defer { try? FileManager.default.removeItem(at: folder) }
            let path = folder.appendingPathComponent("workbook.xlsx").path
            let file = try WorkbookFile(path, temporaries: folder.path)
            try file.write(workbook)
            try file.close()
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch let error as ReportError {
            throw error
        } catch {
            throw .workbook("its temporary file cannot be written or read back")
        }
    }

    private init(_ path: String, temporaries: String) throws(ReportError) {
        let made = unsafe temporaries.withCString { folder in
            var options = unsafe lxw_workbook_options()
            unsafe options.tmpdir = UnsafeMutablePointer(mutating: folder)
            // A row goes to the disk when the next one comes: sheets of hundreds of areas are not kept whole.
            unsafe options.constant_memory = 1
            return unsafe workbook_new_opt(path, &options)
        }
        guard let made = unsafe made else { throw .workbook("no memory for it") }
        unsafe handle = made
    }

    deinit { unsafe lxw_workbook_free(handle) }

    /// Writes the file. The handle ends here.
    private consuming func close() throws(ReportError) {
        let handle = unsafe self.handle
        discard self
        try check(unsafe workbook_close(handle))
    }

    // MARK: Content

    private borrowing func write(_ workbook: Workbook) throws(ReportError) {
        try setProperties(workbook)
        var formats: [Workbook.Style: UnsafeMutablePointer<lxw_format>] = unsafe [:]
        for style in Workbook.Style.allCases { unsafe formats[style] = try format(style) }
        var targets: [SheetWriter] = []
        for sheet in workbook.sheets {
            guard let target = unsafe workbook_add_worksheet(handle, sheet.name) else {
                throw .workbook("a spreadsheet takes no sheet with the name '\(sheet.name)'")
            }
            unsafe targets.append(SheetWriter(target: target, formats: formats))
        }
        for (target, sheet) in zip(targets, workbook.sheets) { try target.write(sheet) }
    }

    private borrowing func setProperties(_ workbook: Workbook) throws(ReportError) {
        let code = unsafe workbook.title.withCString { title in
            unsafe workbook.subject.withCString { subject in
                unsafe workbook.company.withCString { company in
                    var properties = unsafe lxw_doc_properties()
                    unsafe properties.title = UnsafeMutablePointer(mutating: title)
                    unsafe properties.subject = UnsafeMutablePointer(mutating: subject)
                    unsafe properties.company = UnsafeMutablePointer(mutating: company)
                    unsafe properties.created = time_t(workbook.created)
                    return unsafe workbook_set_properties(handle, &properties)
                }
            }
        }
        try check(code)
    }

    // MARK: Styles

    private borrowing func format(_ style: Workbook.Style) throws(ReportError) -> UnsafeMutablePointer<lxw_format> {
        guard let format = unsafe workbook_add_format(handle) else { throw .workbook("no memory for it") }
        switch style {
        case .plain: break
        case .title:
            unsafe format_set_bold(format)
            unsafe format_set_font_size(format, 14)
        case .strong: unsafe format_set_bold(format)
        case .header:
            unsafe format_set_bold(format)
            unsafe format_set_text_wrap(format)
            unsafe format_set_bottom(format, UInt8(LXW_BORDER_THIN.rawValue))
        case .wrapped:
            unsafe format_set_text_wrap(format)
            unsafe format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
        case .words: unsafe format_set_align(format, UInt8(LXW_ALIGN_RIGHT.rawValue))
        case .grey: unsafe format_set_font_color(format, 0x76_76_76)
        case .percent: unsafe format_set_num_format(format, "0%")
        case .precisePercent: unsafe format_set_num_format(format, "0.0%")
        case .decimal: unsafe format_set_num_format(format, "0.0")
        case .preciseDecimal: unsafe format_set_num_format(format, "0.00")
        case .count: unsafe format_set_num_format(format, "#,##0")
        }
        return unsafe format
    }
}

/// Writes one sheet. It lives no longer than the handle of its workbook.
@safe private struct SheetWriter {
    private let target: UnsafeMutablePointer<lxw_worksheet>
    private let formats: [Workbook.Style: UnsafeMutablePointer<lxw_format>]

    init(target: UnsafeMutablePointer<lxw_worksheet>, formats: [Workbook.Style: UnsafeMutablePointer<lxw_format>]) {
        unsafe self.target = target
        unsafe self.formats = formats
    }

    func write(_ sheet: Workbook.Sheet) throws(ReportError) {
        for (column, width) in sheet.widths.enumerated() {
            try check(unsafe worksheet_set_column(target, lxw_col_t(column), lxw_col_t(column), width, nil))
        }
        for (row, cells) in sheet.rows.enumerated() { try write(cells, row) }
        for place in 0..<sheet.lines.count { try write(sheet.lines.line(place), sheet.rows.count + place) }
        guard let frozen = sheet.frozenRows else { return }
        unsafe worksheet_freeze_panes(target, lxw_row_t(frozen), 1)
        let count = sheet.rows.count + sheet.lines.count
        guard count > frozen else { return }
        try check(
            unsafe worksheet_autofilter(
                target, lxw_row_t(frozen - 1), 0, lxw_row_t(count - 1), lxw_col_t(sheet.widths.count - 1)))
    }

    private func write(_ cells: [Workbook.Cell], _ row: Int) throws(ReportError) {
        for (column, cell) in cells.enumerated() { try write(cell, lxw_row_t(row), lxw_col_t(column)) }
    }

    private func write(_ cell: Workbook.Cell, _ row: lxw_row_t, _ column: lxw_col_t) throws(ReportError) {
        switch cell {
        case .empty: return
        case .number(let number, let style):
            guard number.isFinite else { return }
            try check(unsafe worksheet_write_number(target, row, column, number, formats[style]))
        case .text(let text, let style):
            try check(unsafe worksheet_write_string(target, row, column, CellText.fitting(text), formats[style]))
        case .link(let text, let sheet):
            let address = "internal:'\(sheet.replacingOccurrences(of: "'", with: "''"))'!A1"
            try check(
                unsafe worksheet_write_url_opt(target, row, column, address, nil, CellText.fitting(text), nil))
        }
    }
}

/// Throws what the library says of its own code.
private func check(_ code: lxw_error) throws(ReportError) {
    guard code != LXW_NO_ERROR else { return }
    let reason = unsafe lxw_strerror(code).map { unsafe String(cString: $0) }
    throw .workbook(reason ?? "error \(code.rawValue) of libxlsxwriter")
}
