/// Research results as comma-separated text.
public enum CSVText {
    /// One line, without its end; cells with a comma, a quote or a line break are quoted.
    public static func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") }

    private static func cell(_ text: String) -> String {
        // By scalars: a carriage return and a line feed together are one character of their own.
        text.unicodeScalars.contains { ",\"\n\r".unicodeScalars.contains($0) }
            ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}
