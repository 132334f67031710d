package io.edgebeat.benchmarks.wasm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of the official test suite as a list of commands, each an S-expression at the top level,
 * of which single ones can be left out. What stays keeps its place in the file, so that lines are
 * those of the original.
 */
final class WastText {

  /**
   * A command.
   *
   * @param word its first word, such as {@code assert_return}
   * @param from where it begins in the text
   * @param to behind its last character
   * @param module the name of the module that it makes or is about; {@link #LAST} for the one made
   *     last, {@link #OWN} for one that it holds itself
   */
  record Command(String word, int from, int to, String module) {
    static final String LAST = "";
    static final String OWN = "(";

    boolean isModule() {
      return word.equals("module");
    }

    /** Whether it says what must come of something. */
    boolean isAssertion() {
      return word.startsWith("assert_");
    }
  }

  private static final Pattern IMPORT = Pattern.compile("\\(import \"([^\"]*)\"");

  private final String text;
  private final int[] lines;
  private final List<Command> commands = new ArrayList<>();

  WastText(String text) {
    this.text = text;
    List<Integer> starts = new ArrayList<>(List.of(0));
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\n') {
        starts.add(i + 1);
      }
    }
    this.lines = starts.stream().mapToInt(Integer::intValue).toArray();
    int at = 0;
    while (true) {
      at = next(at);
      if (at >= text.length()) {
        break;
      }
      int end = skip(at);
      commands.add(command(at, end));
      at = end;
    }
  }

  List<Command> commands() {
    return commands;
  }

  /** The command that holds a line, counted from 1, or null. */
  @Nullable Command at(int line) {
    int from = lines[Math.min(line, lines.length) - 1];
    int to = line < lines.length ? lines[line] : text.length();
    for (Command command : commands) {
      if (command.from < to && command.to > from) {
        return command;
      }
    }
    return null;
  }

  /** Under which name a {@code register} makes a module known. */
  String registration(Command command) {
    int from = text.indexOf('"', command.from);
    return text.substring(from + 1, text.indexOf('"', from + 1));
  }

  /** The modules that a command imports from. */
  Set<String> imports(Command command) {
    Set<String> names = new HashSet<>();
    Matcher found = IMPORT.matcher(text).region(command.from, command.to);
    while (found.find()) {
      names.add(found.group(1));
    }
    return names;
  }

  /** The text with blanks instead of all commands but these. */
  String only(List<Command> kept) {
    char[] chars = text.toCharArray();
    int at = 0;
    for (Command command : kept) {
      blank(chars, at, command.from);
      at = command.to;
    }
    blank(chars, at, chars.length);
    return new String(chars);
  }

  private static void blank(char[] chars, int from, int to) {
    for (int i = from; i < to; i++) {
      if (chars[i] != '\n') {
        chars[i] = ' ';
      }
    }
  }

  private Command command(int from, int to) {
    if (text.charAt(from) != '(') {
      return new Command(text.substring(from, to), from, to, Command.OWN);
    }
    int at = next(from + 1);
    String word = word(at);
    at = next(at + word.length());
    String name =
        switch (word) {
          // (register "as" $name)
          case "register" -> word(next(skip(at)));
          case "module" -> {
            String first = word(at);
            yield first.equals("definition") ? word(next(at + first.length())) : first;
          }
          case "invoke", "get" -> word(at);
          default -> {
            // (assert_return (invoke $name "f") ..), (assert_invalid (module ..) ..)
            int inner = next(at + 1);
            String action = word(inner);
            yield action.equals("invoke") || action.equals("get")
                ? word(next(inner + action.length()))
                : Command.OWN;
          }
        };
    boolean said = name.startsWith("$") || name.equals(Command.OWN);
    return new Command(word, from, to, said ? name : Command.LAST);
  }

  private String word(int from) {
    int to = from;
    while (to < text.length() && " \t\r\n()\";".indexOf(text.charAt(to)) < 0) {
      to++;
    }
    return text.substring(from, to);
  }

  /** Behind blanks and comments. */
  private int next(int from) {
    int at = from;
    while (at < text.length()) {
      if (text.startsWith(";;", at)) {
        int line = Arrays.binarySearch(lines, at);
        int following = (line < 0 ? -line - 2 : line) + 1;
        at = following < lines.length ? lines[following] : text.length();
      } else if (text.startsWith("(;", at)) {
        at = comment(at);
      } else if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else {
        break;
      }
    }
    return at;
  }

  private int comment(int from) {
    int depth = 0;
    int at = from;
    while (at < text.length()) {
      if (text.startsWith("(;", at)) {
        depth++;
        at += 2;
      } else if (text.startsWith(";)", at)) {
        at += 2;
        if (--depth == 0) {
          break;
        }
      } else {
        at++;
      }
    }
    return at;
  }

  /** Behind the expression, word or string that begins here. */
  private int skip(int from) {
    int depth = 0;
    int at = from;
    do {
      char c = text.charAt(at);
      if (c == '"') {
        for (at++; text.charAt(at) != '"'; at++) {
          if (text.charAt(at) == '\\') {
            at++;
          }
        }
        at++;
      } else if (c == '(') {
        depth++;
        at++;
      } else if (c == ')') {
        depth--;
        at++;
      } else {
        String word = word(at);
        at += Math.max(1, word.length());
      }
      if (depth > 0) {
        at = next(at);
      }
    } while (depth > 0 && at < text.length());
    return at;
  }
}
