extension Explanations {
    /// Classes of trouble in study files, codebooks, reports and comparisons.
    static let studies = """
        BAD_BOUND Trimming
        A bound of weights or trimming cannot hold for anybody.
        > Give a lower bound under 1 and an upper one above it.

        BAD_FONT Charts
        This is no name of a font family.
        > Use letters, digits, spaces and hyphens.

        BAD_LOGO Charts
        The logo holds what an image in a report may not, such as a script or a link.
        > Export it as a plain SVG, or as PNG.

        BAD_RULE Disclosure
        The rules of disclosure contradict each other or lie out of range.
        > Correct them under `disclosure`.

        BAD_SECTION Pages-of-a-report
        This id cannot name a section of a page.
        > Use letters, digits and hyphens, and each id once.

        BAD_TARGET Raking
        Targets of a margin cannot be: negative, not numbers, or shares that do not add up.
        > Correct the margins file.

        BELOW_FLOOR Disclosure
        The minimum frequency lies below the floor that peil never goes under.
        > Raise it.

        CONTRAST Charts
        Two colours of the theme are too alike to be read by everybody.
        > Choose colours with the contrast that the message names.

        DUPLICATE_FIGURE Pages-of-a-report
        The report asks for the same figure twice.
        > List each question once.

        DUPLICATE_KEY Your-own-survey
        A key stands twice in one mapping, and only one could count.
        > Keep one of them.

        FAMILIES_CHANGED Tests
        A published wave had other families of tests. Changing them afterwards would change which differences count.
        > Declare the published families again; a new wave may have others.

        MISSING_KEY Your-own-survey
        A key that is needed is not there.
        > Add it at the place that the message names.

        MISSING_TRANSLATION Pages-of-a-report
        A text is not there in the language of the report.
        > Add it in the study or codebook, or choose the other language.

        NOT_YAML Your-own-survey
        The file is neither YAML nor JSON.
        > Check indentation and quotes at that line.

        NO_QUESTIONS Your-own-survey
        No column of the file looks like a question that a report can show.
        > See with `peil inspect` what it holds, and write the codebook by hand.

        AREAS_NOT_LISTED Your-own-survey
        The column holds too many values, or none, to be a list of areas.
        > Name a column with a code or a name of an area in each record.

        REPEATED_COLUMN Your-own-survey
        One column was named for two parts of the design.
        > Name each column once.

        UNKNOWN_COLUMN Your-own-survey
        The file has no such column.
        > Type its name as it stands in the header; the message has the nearest one.

        REPEATED_ID Models
        Two models of the study have one id.
        > Rename one of them.

        SAME_PAGE Pages-of-a-report
        Two pages of the report would be one file.
        > Give the page another id; codes may not differ in capitals alone.

        TOO_DEEP Your-own-survey
        Lists stand in lists deeper than any study file needs.
        > Take levels out.

        TOO_LARGE Plans
        A file or a request is larger than fits, and was not begun.
        > Name the right file, or ask for less, as the message says.

        UNKNOWN_KEY Your-own-survey
        A key is none that this place knows. A key that is misspelled must not be passed over in silence.
        > Take the nearest one that the message names.

        UNKNOWN_MODEL Models
        The report shows a model that the study does not declare.
        > Declare it under `models`, or correct the name.

        UNKNOWN_QUESTION Pages-of-a-report
        A question is asked for that is none of the report's.
        > List it under report › questions.

        UNKNOWN_SEGMENT Segments
        There is no segment with this code.
        > Use one of the codes that the message lists.

        UNKNOWN_VARIABLE SPSS-and-codebooks
        The codebook has no such variable.
        > Correct the name; the message has the nearest one.

        UNKNOWN_WAVE Change
        The study has no such wave, or no row of the data is of it.
        > Use one of the waves that the message lists.

        WAVE_ABSENT Files-of-a-wave
        The files of a wave are not all there, so there is nothing to read.
        > Put them in place, or choose another wave with --wave.

        WORKBOOK Files-of-a-report
        The workbook could not be written; often there is no room for temporary files.
        > Make room (TMPDIR), or leave xlsx out of report › formats.

        WRONG_TYPE Your-own-survey
        A key holds something else than it should: a text for a number, a list for a mapping.
        > Write it as the message says.

        WRONG_VALUE Your-own-survey
        A key holds a value that it cannot have.
        > Write one of those that the message names.

        YAML_REFUSED Your-own-survey
        The file uses something of YAML that study files do not need, such as tags.
        > Leave it out, or put the text between quotes.

        BOUNDARY_ACROSS_180 Charts
        The areas lie on both sides of the line where degrees jump from 180 to -180.
        > Leave `boundaries` out; tiles are drawn.

        BOUNDARY_MISSING Charts
        Areas of the study have no boundary, and a map with holes is not drawn.
        > Add them to the file, or use tiles.

        BOUNDARY_NOT_DEGREES Charts
        Coordinates are no degrees; often they are metres of RD.
        > Convert the file to WGS 84.

        BOUNDARY_REPEATED Charts
        An area has two features.
        > Join its parts into one MultiPolygon.

        BOUNDARY_WITHOUT_CODE Charts
        A feature has no code of its area.
        > Name the right property under areas › boundaries › code.

        BAD_BOUNDARY Charts
        A ring of an area is not closed, or has too few points.
        > Close it: the last position repeats the first.

        NOT_GEOJSON Charts
        The boundaries are no GeoJSON FeatureCollection.
        > Export them as GeoJSON.

        SIMULATION Your-own-survey
        The file that describes the invented answers cannot be used.
        > See simulation.yaml of the sample study.

        NOT_A_QUESTION Typing-tool
        A candidate of a typing tool is no question of the codebook, so nobody else can ask it.
        > Choose candidates among the questions, or give it a `wording`.

        UNKNOWN_SCHEMA Typing-tool
        The file is of another schema than this command reads.
        > Name a file of the right kind, or make it again with this version.

        BRIDGE_CODES Change
        The bridge between two waves does not give each old code a new one.
        > Give every code of the earlier wave one of the later.

        BRIDGE_NEEDS_ANSWER Change
        A factor between waves does not say which answer it is about.
        > Add `answer`.

        BRIDGE_OUT_OF_RANGE Change
        The bridge makes a share larger than 1.
        > Correct the factor.

        NOT_COMPARABLE Change
        A question was asked otherwise in the two waves, so that a difference may be the question's.
        > Add a bridge under compare, or leave the question out.

        SAME_DATA Change
        Two waves hold the same data.
        > Name the files of each wave.

        SEGMENTS_NOT_FROZEN Segments
        Segments that are found anew in each wave are not the same groups.
        > Fit them on one wave, and name the file under segments › model.

        SEGMENT_INPUT Profiles-of-segments
        This answer made the segments, so that a test of it between them says nothing.
        > Nothing: it is shown with its intervals among the inputs.

        SEGMENT_ITEM_CHANGED Segments
        The question behind a segment is not the one that the segments were made with.
        > Restore it, fit a new version, or vouch for it under segments › accept_changed.

        NOT_IDENTIFIED Segment-stability
        The segments rest on too little to be frozen: another start or sample gives others.
        > Ask for fewer segments or other inputs, and fit again.
        """
}
