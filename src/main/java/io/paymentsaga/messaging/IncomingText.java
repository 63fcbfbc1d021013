package io.paymentsaga.messaging;

import java.util.regex.Pattern;

/** What is taken of the texts in a message, whose sender may have written anything. */
public final class IncomingText {
  /** As {@code parts/id.json} has it. */
  public static final int LONGEST_NAME = 255;

  /** No database holds a NUL in a text, and half a surrogate pair is no character. */
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}&&[^\\t\\r\\n]]+");

  private IncomingText() {}

  /**
   * A text that can be the name of something.
   *
   * @return null when it is blank, has more than 255 characters or a control character
   */
  public static String name(String text) {
    boolean fits =
        text != null
            && !text.isBlank()
            && text.codePointCount(0, text.length()) <= LONGEST_NAME
            && text.chars().noneMatch(Character::isISOControl);
    return fits ? text : null;
  }

  /**
   * A text for people: a space in place of what cannot be printed, tabs and line breaks left as
   * they are, and what is too long cut off.
   *
   * @param longest in characters as JSON Schema counts them, code points
   * @return null when nothing is left but white space
   */
  public static String printable(String text, int longest) {
    if (text == null) {
      return null;
    }
    String printable = UNPRINTABLE.matcher(text).replaceAll(" ");
    boolean fits = printable.codePointCount(0, printable.length()) <= longest;
    String cut =
        fits ? printable : printable.substring(0, printable.offsetByCodePoints(0, longest));
    return cut.isBlank() ? null : cut;
  }
}
