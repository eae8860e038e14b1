// Lets StAEDI judge: reads interchanges with control-structure validation and prints what it saw, one JSON object a file;
// with --write DIR it also writes each interchange anew, with delimiters of its own choice, for our reader.
// SPDX-License-Identifier: Apache-2.0
import io.xlate.edi.stream.EDIInputFactory;
import io.xlate.edi.stream.EDIOutputFactory;
import io.xlate.edi.stream.EDIStreamConstants.Delimiters;
import io.xlate.edi.stream.EDIStreamEvent;
import io.xlate.edi.stream.EDIStreamException;
import io.xlate.edi.stream.EDIStreamReader;
import io.xlate.edi.stream.EDIStreamWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

public final class Staedi {
  /** One file as StAEDI sees it; elements keep their components and repetitions, joined by the file's own separators. */
  private static final class Seen {
    final List<List<String>> segments = new ArrayList<>();
    final List<String> errors = new ArrayList<>();
  }

  private static Seen read(Path file) throws IOException {
    Seen seen = new Seen();
    EDIInputFactory factory = EDIInputFactory.newFactory();
    factory.setProperty(EDIInputFactory.EDI_VALIDATE_CONTROL_STRUCTURE, true);
    factory.setProperty(EDIInputFactory.EDI_VALIDATE_CONTROL_CODE_VALUES, true);
    try (InputStream bytes = Files.newInputStream(file); EDIStreamReader reader = factory.createEDIStreamReader(bytes)) {
      List<String> segment = null;
      StringBuilder composite = null;
      while (reader.hasNext()) {
        EDIStreamEvent event = reader.next();
        if (event.isError()) {
          seen.errors.add(reader.getErrorType() + " at " + reader.getReferenceCode() + ", " + reader.getLocation());
          continue;
        }
        switch (event) {
          case START_SEGMENT:
            segment = new ArrayList<>();
            segment.add(reader.getText());
            seen.segments.add(segment);
            break;
          case START_COMPOSITE: composite = new StringBuilder(); break;
          case END_COMPOSITE:
            place(reader, segment, composite.toString());
            composite = null;
            break;
          case ELEMENT_DATA:
            if (composite == null) {
              place(reader, segment, reader.getText());
            } else {
              if (reader.getLocation().getComponentPosition() > 1) composite.append(reader.getDelimiters().get(Delimiters.COMPONENT_ELEMENT));
              composite.append(reader.getText());
            }
            break;
          default: break;
        }
      }
    } catch (EDIStreamException refused) {
      seen.errors.add("refused: " + refused.getMessage());
    }
    return seen;
  }

  private static void place(EDIStreamReader reader, List<String> segment, String value) {
    if (reader.getLocation().getElementOccurrence() > 1) {
      int last = segment.size() - 1;
      segment.set(last, segment.get(last) + reader.getDelimiters().get(Delimiters.REPETITION) + value);
    } else {
      segment.add(value);
    }
  }

  private static void write(Seen seen, char component, Path to) throws IOException, EDIStreamException {
    EDIOutputFactory factory = EDIOutputFactory.newFactory();
    factory.setProperty(Delimiters.DATA_ELEMENT, '|');
    factory.setProperty(Delimiters.SEGMENT, '\'');
    factory.setProperty(Delimiters.COMPONENT_ELEMENT, '<');
    factory.setProperty(Delimiters.REPETITION, '^');
    try (OutputStream bytes = Files.newOutputStream(to); EDIStreamWriter writer = factory.createEDIStreamWriter(bytes)) {
      writer.startInterchange();
      for (List<String> segment : seen.segments) {
        writer.writeStartSegment(segment.get(0));
        boolean header = segment.get(0).equals("ISA");
        for (int i = 1; i < segment.size(); ++i) {
          String value = header && i == 16 ? "<" : segment.get(i);
          if (header || value.indexOf(component) < 0) {
            if (value.isEmpty()) writer.writeEmptyElement();
            else writer.writeElement(value);
          } else {
            writer.writeStartElement();
            for (String part : value.split(java.util.regex.Pattern.quote(String.valueOf(component)), -1)) {
              if (part.isEmpty()) writer.writeEmptyComponent();
              else writer.writeComponent(part);
            }
            writer.endElement();
          }
        }
        writer.writeEndSegment();
      }
      writer.endInterchange();
    }
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < 0x20 || c > 0x7e) out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    }
    return out.append('"').toString();
  }

  private static String list(List<String> items) {
    List<String> out = new ArrayList<>();
    for (String item : items) out.add(quoted(item));
    return "[" + String.join(",", out) + "]";
  }

  public static void main(String[] arguments) throws Exception {
    Path rewritten = arguments.length == 2 && arguments[0].equals("--write") ? Path.of(arguments[1]) : null;
    BufferedReader names = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String name = names.readLine(); name != null; name = names.readLine()) {
      Path file = Path.of(name);
      Seen seen = read(file);
      if (rewritten != null) {
        String isa = Files.readString(file, StandardCharsets.ISO_8859_1);
        write(seen, isa.charAt(104), rewritten.resolve(file.getFileName()));
      }
      List<String> segments = new ArrayList<>();
      for (List<String> segment : seen.segments) segments.add(list(segment));
      System.out.println("{\"file\":" + quoted(name) + ",\"segments\":[" + String.join(",", segments) + "],\"errors\":" + list(seen.errors) + "}");
    }
  }
}
