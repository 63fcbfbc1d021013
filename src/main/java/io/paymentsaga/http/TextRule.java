package io.paymentsaga.http;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a text must look like. Lengths are counted in code points, as JSON Schema does.
 *
 * @param min fewest characters
 * @param max most characters
 * @param pattern what the whole text must match
 * @param code what to answer when it does not match
 * @param expectation completes the sentence "must be …"
 */
record TextRule(int min, int max, Pattern pattern, ErrorCode code, String expectation) {
  /** No control characters, line separators or halves of surrogate pairs. */
  private static final Pattern LINE = Pattern.compile("[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]*");

  private static final Pattern LINE_NOT_BLANK = Pattern.compile("(?=.*[^\\p{Z}])" + LINE.pattern());

  private static final Pattern LINES_NOT_BLANK =
      Pattern.compile("(?=(?s:.*)[^\\p{Z}\\s])[\\t\\r\\n[^\\p{Cc}\\p{Cs}]]*");

  /** One line with something in it. */
  static TextRule line(int max) {
    return printable(1, max, LINE_NOT_BLANK, "printable characters, and not only spaces");
  }

  /** One line, which may be empty. */
  static TextRule anyLine(int max) {
    return printable(0, max, LINE, "printable characters");
  }

  /** One or more lines with something in them. */
  static TextRule lines(int max) {
    return printable(1, max, LINES_NOT_BLANK, "printable characters, and not only spaces");
  }

  private static TextRule printable(int min, int max, Pattern pattern, String expectation) {
    return new TextRule(min, max, pattern, ErrorCode.INVALID_CHARACTERS, expectation);
  }

  /** A text of a form of its own. */
  static TextRule formed(int max, String pattern, String expectation) {
    return new TextRule(1, max, Pattern.compile(pattern), ErrorCode.INVALID_FORMAT, expectation);
  }

  /** What is wrong with this text, if anything. */
  Optional<Fault> fault(String text) {
    int length = text.codePointCount(0, text.length());
    if (length < min) {
      return Optional.of(new Fault(ErrorCode.TOO_SHORT, "must not be empty"));
    }
    if (length > max) {
      return Optional.of(new Fault(ErrorCode.TOO_LONG, "must have at most " + max + " characters"));
    }
    return pattern.matcher(text).matches()
        ? Optional.empty()
        : Optional.of(new Fault(code, "must be " + expectation));
  }

  /** How a text breaks a rule. */
  record Fault(ErrorCode code, String message) {}
}
