package io.paymentsaga.http;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What is wrong with one member of a body or one query parameter. The codes are part of the public
 * contract: callers switch on them, so a name is never reused for something else.
 */
public enum ErrorCode {
  REQUIRED,
  UNKNOWN_FIELD,
  WRONG_TYPE,
  TOO_SHORT,
  TOO_LONG,
  TOO_MANY,
  OUT_OF_RANGE,
  INVALID_CHARACTERS,
  INVALID_FORMAT,
  INVALID_VALUE,
  AMOUNT_MISMATCH,
  UNSUPPORTED_CURRENCY,
  INVALID_AMOUNT_FOR_CURRENCY,
  INVALID_JSON,
  TOO_DEEP,
  UNKNOWN_PARAMETER,
  REPEATED_PARAMETER,
  INVALID_CURSOR;

  /** As it stands in a response, for example {@code out-of-range}. */
  @JsonValue
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
