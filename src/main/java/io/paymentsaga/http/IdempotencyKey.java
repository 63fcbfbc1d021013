package io.paymentsaga.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What a caller has named a call by, so that it can be repeated safely
 * (draft-ietf-httpapi-idempotency-key-header).
 *
 * @param caller a digest of who calls: nobody meets the key of another
 * @param name the key itself, without the quotes it may have come in
 */
record IdempotencyKey(String caller, String name) {
  /** The name of the request header. */
  static final String HEADER = "Idempotency-Key";

  /** A token of RFC 9110 and a few characters that identifiers are fond of. */
  private static final Pattern BARE = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~:/=@-]{1,255}");

  /** A string of RFC 8941, without parameters. */
  private static final Pattern QUOTED =
      Pattern.compile("\"((?:[ !#-\\[\\]-~]|\\\\[\"\\\\]){1,255})\"");

  /**
   * The key in a header.
   *
   * @param issuer whose token the caller has
   * @throws ProblemException 400 when it is neither a bare word nor a quoted string
   */
  static IdempotencyKey of(String header, String issuer, Caller caller) {
    return new IdempotencyKey(digest(issuer, caller.subject()), name(header.strip()));
  }

  private static String name(String header) {
    if (BARE.matcher(header).matches()) {
      return header;
    }
    var quoted = QUOTED.matcher(header);
    if (!quoted.matches()) {
      throw ProblemException.badRequest(
          "",
          ErrorCode.INVALID_FORMAT,
          HEADER + " must be one key of 1 to 255 printable ASCII characters, bare or quoted");
    }
    return quoted.group(1).replaceAll("\\\\(.)", "$1");
  }

  /** One digest of several texts, none of which runs into the next. */
  static String digest(String... texts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String text : texts) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every JVM has SHA-256", impossible);
    }
  }
}
