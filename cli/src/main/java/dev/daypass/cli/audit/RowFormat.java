package dev.daypass.cli.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.daypass.cli.console.Printable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How rows are written. No format lets text of the record steer a terminal. */
enum RowFormat {
    /** For reading: long cells are shortened, and only the first rows are shown. */
    TABLE {
        @Override
        boolean write(ResultSet rows, PrintStream out) throws SQLException {
            var names = names(rows.getMetaData());
            var lines = new ArrayList<List<String>>();
            lines.add(names.stream().map(name -> Printable.line(name, CELL)).toList());
            boolean all = true;
            while (rows.next()) {
                if (lines.size() > TABLE_ROWS) {
                    all = false;
                    break;
                }
                var cells = new ArrayList<String>();
                for (int i = 1; i <= names.size(); i++) {
                    var value = value(rows, i);
                    cells.add(value == null ? "" : Printable.line(String.valueOf(value), CELL));
                }
                lines.add(cells);
            }
            int[] widths = new int[names.size()];
            for (var line : lines) {
                for (int i = 0; i < widths.length; i++) {
                    widths[i] = Math.max(widths[i], length(line.get(i)));
                }
            }
            for (var line : lines) {
                var text = new StringBuilder();
                for (int i = 0; i < widths.length; i++) {
                    text.append(i == 0 ? "" : "  ").append(line.get(i));
                    text.repeat(' ', widths[i] - length(line.get(i)));
                }
                out.println(text.toString().stripTrailing());
            }
            return all;
        }
    },
    /** One object a line, with every character that is not ASCII escaped: lossless. */
    JSON {
        @Override
        boolean write(ResultSet rows, PrintStream out) throws SQLException, IOException {
            var names = names(rows.getMetaData());
            var factory = JsonMapper.builder()
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build()
                    .getFactory();
            while (rows.next()) {
                var line = new StringWriter();
                try (JsonGenerator json = factory.createGenerator(line)) {
                    json.writeStartObject();
                    for (int i = 1; i <= names.size(); i++) {
                        json.writeFieldName(names.get(i - 1));
                        member(json, value(rows, i));
                    }
                    json.writeEndObject();
                }
                out.println(line);
            }
            return true;
        }
    },
    /** RFC 4180. Control characters become {@code ?}; a text that a spreadsheet would run as a formula gets a {@code '} before it. */
    CSV {
        @Override
        boolean write(ResultSet rows, PrintStream out) throws SQLException {
            var names = names(rows.getMetaData());
            out.print(String.join(",", names.stream().map(RowFormat::field).toList()) + "\r\n");
            while (rows.next()) {
                var cells = new ArrayList<String>();
                for (int i = 1; i <= names.size(); i++) {
                    var value = value(rows, i);
                    cells.add(
                            switch (value) {
                                case null -> "";
                                case Number number -> number.toString();
                                default -> field(String.valueOf(value));
                            });
                }
                out.print(String.join(",", cells) + "\r\n");
            }
            return true;
        }
    };

    static final int TABLE_ROWS = 1000;
    private static final int CELL = 100;
    private static final String FORMULA = "=+-@\t";

    /** Writes them; whether that was all of them. */
    abstract boolean write(ResultSet rows, PrintStream out) throws SQLException, IOException;

    private static List<String> names(ResultSetMetaData columns) throws SQLException {
        var names = new ArrayList<String>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            names.add(columns.getColumnLabel(i));
        }
        return names;
    }

    /** A number, a boolean, a list, or text; instants as the record writes them. */
    private static @Nullable Object value(ResultSet rows, int column) throws SQLException {
        return switch (rows.getObject(column)) {
            case null -> null;
            case Number number -> number;
            case Boolean truth -> truth;
            case Timestamp timestamp -> AuditDatabase.instant(timestamp);
            case Array array -> {
                Object content = array.getArray();
                yield content instanceof Object[] items ? Arrays.asList(items) : String.valueOf(content);
            }
            default -> rows.getString(column);
        };
    }

    private static void member(JsonGenerator json, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case Double number when !Double.isFinite(number) -> json.writeString(number.toString());
            case Number number -> json.writeNumber(number.toString());
            case Boolean truth -> json.writeBoolean(truth);
            case List<?> items -> {
                json.writeStartArray();
                for (var item : items) {
                    member(json, item);
                }
                json.writeEndArray();
            }
            default -> json.writeString(String.valueOf(value));
        }
    }

    private static String field(String text) {
        String safe = Printable.text(text);
        String plain = !safe.isEmpty() && FORMULA.indexOf(safe.charAt(0)) >= 0 ? "'" + safe : safe;
        return plain.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n')
                ? '"' + plain.replace("\"", "\"\"") + '"'
                : plain;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
