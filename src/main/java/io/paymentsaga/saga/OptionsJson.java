package io.paymentsaga.saga;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.Map;

/** A step's options as the database keeps them. */
final class OptionsJson {
  private static final TypeReference<Map<String, String>> OPTIONS = new TypeReference<>() {};

  private final ObjectMapper mapper = new ObjectMapper();

  String write(Map<String, String> options) {
    try {
      return mapper.writeValueAsString(options);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  Map<String, String> read(String json) {
    try {
      return mapper.readValue(json, OPTIONS);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
