package io.paymentsaga.http;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header of W3C Trace Context, level 1: {@code 00-<trace id>-<parent id>-<flags>}. */
public final class Traceparent {
  /** The name of the header and of the exchange property. */
  public static final String NAME = "traceparent";

  /** Later versions may append fields, which the specification tells us to ignore. */
  private static final Pattern VALID =
      Pattern.compile(
          "(?:00(?!.{54})|(?!00|ff)[0-9a-f]{2})"
              + "-(?<trace>(?!0{32})[0-9a-f]{32})-(?<parent>(?!0{16})[0-9a-f]{16})"
              + "-(?<flags>[0-9a-f]{2})(?:-.*)?");

  private Traceparent() {}

  /** The caller's trace when the header is valid, else a new and unsampled one. */
  static String continued(String offered) {
    Matcher matcher = VALID.matcher(offered == null ? "" : offered);
    if (matcher.matches()) {
      return format(matcher.group("trace"), matcher.group("parent"), matcher.group("flags"));
    }
    HexFormat hex = HexFormat.of();
    ThreadLocalRandom random = ThreadLocalRandom.current();
    // Positive numbers, because an id of only zeros is invalid.
    String trace =
        hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong(1, Long.MAX_VALUE));
    String parent = hex.toHexDigits(random.nextLong(1, Long.MAX_VALUE));
    return format(trace, parent, "00");
  }

  private static String format(String trace, String parent, String flags) {
    return "00-" + trace + "-" + parent + "-" + flags;
  }
}
