extension Explanations {
    /// Classes of trouble in a survey file, and warnings about one.
    static let files = """
        AMBIGUOUS_NUMBER Dialects
        Numbers such as 1.234 were read with a thousands separator, and could be decimals as well.
        > Declare `decimal` and `grouping` in the csv block of the codebook.

        BAD_DATE Data-quality
        A cell of a date column is no date in the form that the codebook declares. The record is set apart and counted.
        > Correct the cell at its source, or declare the `format` of the dates.

        BAD_ENCODING Dialects
        The bytes of a line are in another character set than the rest of the file, or a study file is not UTF-8.
        > Export again in one encoding, UTF-8 if there is a choice, or declare `encoding`.

        BAD_ID Data-quality
        A record has no identifier, or one that does not fit the pattern of the codebook.
        > Fill the identifier at its source, or correct the `pattern`.

        BAD_NUMBER Data-quality
        A cell of a numeric column is no number of the declared form.
        > Correct the cell, declare the decimal mark, or list the code as `missing` in the codebook.

        BLANK_LINES Dialects
        Empty lines between records were skipped; no answer was lost. This is a warning.
        > Nothing, unless the number of records is not the one you expect.

        BOOKKEEPING_BROKEN Data-quality
        Records read, kept and left out do not add up. This is a fault of peil itself, and the run stops rather than
        lose anybody.
        > Report it with the version and the codebook.

        CODEBOOK_INVALID SPSS-and-codebooks
        The codebook contradicts itself or asks of a column what it cannot give. The message names the line.
        > Correct the codebook at that line; `peil check` reads it again.

        COMPRESSED_INPUT Dialects
        The file is an archive or an Excel workbook, not delimited text or SPSS.
        > Unpack it, or save the sheet as CSV UTF-8.

        CONSISTENCY_BROKEN Data-quality
        More records break a rule of consistency than the rule allows.
        > Look at the first lines that the message names; mend the data, or raise the rule's share.

        DIALECT_CONTRADICTION Dialects
        What is declared of the file (encoding, delimiter, decimal mark) is not what its bytes show.
        > Correct the declaration under csv or in --dialect, or deliver the right file.

        DUPLICATE_HEADER Dialects
        Two columns have the same name, so that nobody knows which one is meant.
        > Give each column a name of its own in the export.

        DUPLICATE_RESPONDENT Files-of-a-wave
        One identifier stands for two people: the records differ. Counting both would count somebody twice.
        > Correct the identifiers, or say under `merge` how records of one person come together.

        DUPLICATE_ROW Data-quality
        A record repeats another one cell by cell, and is set apart.
        > Nothing, if the export was glued together twice; else check its source.

        EMPTY_FILE Dialects
        The file holds no record at all.
        > Check that the export finished, and deliver it again.

        EMPTY_HEADER Dialects
        A column has no name. Its cells cannot be described by a codebook.
        > Name the column in the export, or remove it.

        ENCODING_GUESSED Dialects
        The file is not UTF-8 and was read as the character set that its bytes resemble. This is a warning.
        > Look at a few accented letters; declare `encoding` to be sure.

        EXTREME_WEIGHT Trimming
        Some weights lie far above the median, so that few people decide much. This is a warning.
        > See `peil weight`, and trim where that is right.

        FIELD_TOO_LARGE Dialects
        One cell is larger than the limit; often a quote was never closed.
        > Mend the quotes on that line, or raise `max_field_bytes` in the codebook's policy.

        FILES_DISAGREE Files-of-a-wave
        A column holds numbers in one file of a wave and other answers in the other.
        > Give the variable one type in the codebook, with its codes.

        HEADER_NORMALISED Dialects
        Spaces or invisible characters were taken off column names. This is a warning.
        > Nothing, if the names are the ones you expect.

        HEADER_ONLY Data-quality
        The file has a header and fewer records than the codebook expects.
        > Check that the export was not filtered to nothing.

        ID_DAMAGED Data-quality
        Identifiers are in scientific notation: a spreadsheet has rounded them, and different people share one.
        > Export again with identifiers as text.

        LABELS_NOT_CODES SPSS-and-codebooks
        A column holds labels where the codebook lists codes.
        > Export with codes, or give the labels as `aliases`.

        MALFORMED SPSS-and-codebooks
        The file breaks the form that its kind prescribes, such as the header of an SPSS file.
        > Open it in the program that made it, save it anew and deliver that.

        MISSING_COLUMN Data-quality
        A column that the codebook, the study or the command names is not in the data.
        > Correct the name (the message has the nearest one), or write `may_be_absent: true` for it in the codebook.

        MISSING_WEIGHT Weights-of-a-study
        Somebody has no weight, or no replicate weight. Leaving the record out in silence would change the estimate.
        > Fill the weight, or leave the record out by a rule of the codebook.

        MIXED_DECIMAL Dialects
        A number has another decimal mark than the file's.
        > Correct it at its source; one file has one decimal mark.

        MIXED_NEWLINES Dialects
        The file mixes kinds of line ends; each one ended a record. This is a warning.
        > Nothing, if the number of records is right.

        MOJIBAKE_SUSPECT Dialects
        Text looks as if it was converted to UTF-8 twice. It is kept as given. This is a warning.
        > Export again with the right character set.

        MULTIROW_HEADER Dialects
        There are more header rows than one above the answers, as in a Qualtrics export.
        > Declare `header_lines` or `description_rows`, or take the extra rows out.

        MULTI_NORMALISED Data-quality
        Empty or repeated options were taken out of cells with several answers. This is a warning.
        > Nothing.

        MULTI_TABLE Dialects
        A second table begins further down in the file.
        > Deliver each table as a file of its own.

        NEGATIVE_WEIGHT Weights-of-a-study
        A weight is negative or not a number: nobody counts for less than nothing.
        > Correct it at its source.

        NESTING_BROKEN Data-quality
        One value of the inner column lies in two values of the outer one, such as a household in two municipalities.
        > Correct one of the two records that the message names.

        NON_FINITE Data-quality
        A cell of a numeric column is infinite or not a number.
        > Correct the cell, or list it as `missing`.

        NO_COLUMNS SPSS-and-codebooks
        The file has no header from which a codebook could be made.
        > Export with the names of the columns in the first record.

        NO_HEADER Dialects
        The first record is an answer; names of columns are absent.
        > Export with the names of the columns in the first record.

        NOT_CSV Dialects
        The file is something else than delimited text or SPSS; often the error page of a failed download.
        > Look at it, and fetch the data again.

        NUL_BYTE Dialects
        A NUL byte stands in the text: the file is damaged or binary.
        > Export the file again as plain text.

        OUT_OF_CODEBOOK Data-quality
        An answer is none of the codes that the codebook lists, or a margin has no target for it.
        > Add the code to the codebook, give it as an alias or as `missing`, or correct the data.

        OUT_OF_RANGE Data-quality
        A number or date lies outside the range that the codebook, a plan or a study allows.
        > Correct the value, or the range.

        OUTSIDE_RANGE Scales
        An answer of a scale lies outside the range that is declared for it.
        > Correct the range or the data.

        PERSON_CONTRADICTED Files-of-a-wave
        Two records share an identifier and differ in an answer that must agree.
        > Correct one of the two records that the message names.

        PII_SUSPECT Privacy-at-the-door
        A column looks like personal data, such as addresses of e-mail, and nobody declared it. In open text it is a
        warning.
        > Deliver without the column, or declare `personal: dropped` or `personal: pseudonym` in the codebook.

        PREAMBLE Dialects
        Text stands above the header.
        > Take it out, or declare `preamble_lines`.

        RAGGED_LONG Dialects
        A record has more fields than the header. Often a delimiter stands in an answer without quotes.
        > Quote that answer; `peil inspect` lists the records.

        RAGGED_SHORT Dialects
        A record has fewer fields than the header.
        > Mend the record; `peil inspect` lists them.

        REGION_NORMALISED Data-quality
        Codes of municipalities in other spellings were read as those of the codebook. This is a warning.
        > Nothing.

        RENAMED_REGION Data-quality
        A municipality has merged or got another code, and its people are counted under the new one.
        > Nothing if the codebook's `vintage` is right.

        REPEATED_PERSON Change
        One identifier stands for more than one respondent in a wave, so that overlap cannot be told.
        > Give each person an identifier of their own.

        SPACES_TRIMMED Dialects
        Spaces around values were taken off. This is a warning.
        > Nothing.

        STRAY_QUOTE Dialects
        A quote stands inside a field, or text follows a closing one.
        > Double quotes that belong to a text; quote the whole field.

        THOUSANDS_SEPARATOR Dialects
        A number has a thousands separator that is not declared.
        > Declare `grouping`, or export numbers without it.

        TOO_MANY_COLUMNS Dialects
        A record has more fields than the limit; often the delimiter is the wrong one.
        > Check the file and delimiter, or raise `max_columns`.

        TRAILING_DELIMITER Dialects
        Every record ends with a delimiter that the header does not have. Nothing is lost. This is a warning.
        > Nothing.

        TRUNCATED Dialects
        The file ends before it should: the upload or the export was cut off.
        > Deliver it again.

        UNDECLARED_MISSING SPSS-and-codebooks
        SPSS calls codes missing that the codebook does not list as such. Read as answers they would bend every figure.
        > List them under `missing` in the codebook.

        UNEXPECTED_FILE Operators
        A file lies in the inbox that belongs to no wave. It is left where it is.
        > Correct its name, or the patterns under `waves`.

        UNKNOWN_REGION Data-quality
        A code is no municipality that the codebook knows.
        > Correct it, add it to the codebook, or say what it became under `municipality_changes`.

        UNTERMINATED_QUOTE Dialects
        A quote opens and never closes, so that the rest of the file would be one answer.
        > Close the quote on that line, or double it where it belongs to the text.

        WAVE_MISMATCH Files-of-a-wave
        Records say another wave or mode than the study expects of their file.
        > Check that the right file lies there, or correct `expect`.

        ZERO_WEIGHT Weights-of-a-study
        Some people have a weight of zero: they count for nobody. This is a warning.
        > Nothing, if they were not meant to count.

        NO_IDENTIFIER SPSS-and-codebooks
        The codebook has no unique identifier of respondents, and this command must tell them apart.
        > Describe that column with `type: id` and `unique: true`.
        """
}
