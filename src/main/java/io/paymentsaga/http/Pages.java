package io.paymentsaga.http;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.ValueRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Reads the query parameters of lists and cuts lists into pages.
 *
 * <p>Pages are found by the last item seen (keyset), so their cost does not grow with how far a
 * caller has paged, and items that appear meanwhile neither repeat nor hide others. Cursors are
 * signed: nobody can make one, and one of another list is refused. A cursor says nothing about
 * filters; callers repeat those.
 */
public final class Pages {
  static final int DEFAULT_LIMIT = 50;
  static final int LARGEST_LIMIT = 200;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int SIGNATURE_BYTES = 16;
  private static final ValueRange YEARS = ValueRange.of(1, 9999);
  private static final TextRule ID = TextRule.line(255);

  private final byte[] key;

  /**
   * @param secret the same on all instances, for example the webhook secret; only a key derived
   *     from it is used. When it changes, cursors given out before are refused
   */
  public Pages(byte[] secret) {
    this.key = hmac(secret, "payment-service list cursors".getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The route step that leaves what the caller wants to see in the exchange property {@code
   * listQuery}.
   */
  public Processor reader(ListParameters parameters) {
    return exchange -> exchange.setProperty(ListQuery.PROPERTY, read(exchange, parameters));
  }

  /**
   * What the caller wants to see.
   *
   * @throws ProblemException 400 with every fault there is
   */
  public ListQuery read(Exchange exchange, ListParameters parameters) {
    return parse(
        exchange.getMessage().getHeader(Exchange.HTTP_QUERY, "", String.class), parameters);
  }

  ListQuery parse(String query, ListParameters parameters) {
    List<FieldError> errors = new ArrayList<>();
    Map<String, String> given = decode(query, parameters, errors);
    int limit = limit(given.remove(ListParameters.LIMIT), errors);
    String cursorText = given.remove(ListParameters.CURSOR);
    Optional<Cursor> after = Optional.ofNullable(cursorText).flatMap(c -> open(c, parameters));
    if (cursorText != null && after.isEmpty()) {
      errors.add(error(ListParameters.CURSOR, ErrorCode.INVALID_CURSOR, "is not one of this list"));
    }
    Optional<Instant> from = instant(ListParameters.FROM, given, errors);
    Optional<Instant> to = instant(ListParameters.TO, given, errors);
    given.forEach((name, value) -> checkFilter(name, value, parameters.choices(name), errors));
    if (!errors.isEmpty()) {
      throw ProblemException.badRequest(errors);
    }
    return new ListQuery(limit, after, from, to, given);
  }

  /** The allowed parameters that were given, once each. */
  private static Map<String, String> decode(
      String query, ListParameters parameters, List<FieldError> errors) {
    Map<String, String> given = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals), errors);
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1), errors);
      if (!parameters.allows(name)) {
        errors.add(error(name, ErrorCode.UNKNOWN_PARAMETER, "is not a parameter of this call"));
      } else if (given.putIfAbsent(name, value) != null) {
        errors.add(error(name, ErrorCode.REPEATED_PARAMETER, "may be given once"));
      }
    }
    return given;
  }

  private static String decode(String text, List<FieldError> errors) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      errors.add(new FieldError("", ErrorCode.INVALID_FORMAT, "The query is not URL-encoded"));
      return "";
    }
  }

  private static int limit(String text, List<FieldError> errors) {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    // Three digits hold every valid limit, and always fit an int.
    int limit = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > LARGEST_LIMIT) {
      errors.add(
          error(
              ListParameters.LIMIT,
              ErrorCode.OUT_OF_RANGE,
              "must be between 1 and " + LARGEST_LIMIT));
    }
    return limit;
  }

  private static Optional<Instant> instant(
      String name, Map<String, String> given, List<FieldError> errors) {
    String text = given.remove(name);
    if (text == null) {
      return Optional.empty();
    }
    Optional<Instant> time = time(text);
    if (time.isEmpty()) {
      errors.add(error(name, ErrorCode.INVALID_FORMAT, "must be a time as in RFC 3339"));
    }
    return time;
  }

  /** A time as in RFC 3339 in the years 1 to 9999, in UTC; empty when it is none. */
  static Optional<Instant> time(String text) {
    try {
      OffsetDateTime time = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
      // Java would also take years of nine digits, which the database cannot hold.
      return YEARS.isValidIntValue(time.getYear())
          ? Optional.of(time.toInstant())
          : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static void checkFilter(
      String name, String value, Set<String> choices, List<FieldError> errors) {
    if (choices != null && !choices.contains(value)) {
      errors.add(
          error(name, ErrorCode.INVALID_VALUE, "must be one of " + String.join(", ", choices)));
    } else if (choices == null) {
      ID.fault(value).ifPresent(fault -> errors.add(error(name, fault.code(), fault.message())));
    }
  }

  private static FieldError error(String parameter, ErrorCode code, String message) {
    return new FieldError(FieldError.pointer("", parameter), code, message);
  }

  /**
   * The page these rows make.
   *
   * @param rows in the list's order; as many as were found, or fewer when that would be too large
   * @param found how many there are, up to what {@link ListQuery#rows} asks for
   * @param positions where an item stands in the list
   */
  public <T> Page<T> page(
      ListParameters parameters,
      ListQuery query,
      List<T> rows,
      long found,
      Function<T, Cursor> positions) {
    List<T> items = rows.subList(0, Math.min(rows.size(), query.limit()));
    if (items.size() == found) {
      return new Page<>(items, null);
    }
    return new Page<>(items, seal(positions.apply(items.get(items.size() - 1)), parameters));
  }

  private String seal(Cursor cursor, ListParameters parameters) {
    byte[] id = cursor.id().getBytes(StandardCharsets.UTF_8);
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, cursor.createdAt());
    byte[] position = ByteBuffer.allocate(Long.BYTES + id.length).putLong(micros).put(id).array();
    byte[] signed =
        ByteBuffer.allocate(SIGNATURE_BYTES + position.length)
            .put(signature(parameters, position))
            .put(position)
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
  }

  /** The position a cursor stands for; empty when it was not sealed here for this list. */
  private Optional<Cursor> open(String text, ListParameters parameters) {
    byte[] signed;
    try {
      signed = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (signed.length <= SIGNATURE_BYTES + Long.BYTES) {
      return Optional.empty();
    }
    byte[] signature = Arrays.copyOf(signed, SIGNATURE_BYTES);
    byte[] position = Arrays.copyOfRange(signed, SIGNATURE_BYTES, signed.length);
    if (!MessageDigest.isEqual(signature, signature(parameters, position))) {
      return Optional.empty();
    }
    ByteBuffer buffer = ByteBuffer.wrap(position);
    Instant createdAt = Instant.EPOCH.plus(buffer.getLong(), ChronoUnit.MICROS);
    return Optional.of(new Cursor(createdAt, StandardCharsets.UTF_8.decode(buffer).toString()));
  }

  private byte[] signature(ListParameters parameters, byte[] position) {
    byte[] list = parameters.list().getBytes(StandardCharsets.UTF_8);
    byte[] separator = {0};
    return Arrays.copyOf(hmac(key, list, separator, position), SIGNATURE_BYTES);
  }

  private static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
    }
  }
}
