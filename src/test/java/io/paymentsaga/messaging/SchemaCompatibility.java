package io.paymentsaga.messaging;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/**
 * Whether a schema may take the place of a released one within version 1, by the rules of the
 * integrator's guide. What it does not understand it calls a break.
 */
final class SchemaCompatibility {
  private static final Set<String> WORDS =
      Set.of("$schema", "title", "description", "examples", "deprecated");

  /** Who is bound by the schema, and so what a change of it can break. */
  enum Direction {
    /** This service writes; old consumers read new events, and new ones the old events. */
    PUBLISHED,
    /** Others write, and need not know of a change; this service reads. */
    READ
  }

  private final Direction direction;
  private final List<String> breaks = new ArrayList<>();

  private SchemaCompatibility(Direction direction) {
    this.direction = direction;
  }

  /** What the change breaks, each with the pointer into the schema; empty when nothing. */
  static List<String> breaks(Direction direction, JsonNode released, JsonNode today) {
    SchemaCompatibility comparison = new SchemaCompatibility(direction);
    comparison.compare("", released, today);
    return comparison.breaks;
  }

  private void compare(String pointer, JsonNode released, JsonNode today) {
    Set<String> keywords = new TreeSet<>();
    released.fieldNames().forEachRemaining(keywords::add);
    today.fieldNames().forEachRemaining(keywords::add);
    keywords.removeAll(WORDS);
    for (String keyword : keywords) {
      String at = pointer + "/" + keyword;
      switch (keyword) {
        case "properties" -> properties(at, released.path(keyword), today);
        case "items" -> compare(at, released.path(keyword), today.path(keyword));
        case "required" -> required(at, released, today);
        default -> keyword(at, released.get(keyword), today.get(keyword));
      }
    }
  }

  private void properties(String at, JsonNode released, JsonNode today) {
    for (Map.Entry<String, JsonNode> property : released.properties()) {
      JsonNode present = today.path("properties").get(property.getKey());
      if (present == null) {
        breaks.add(at + "/" + property.getKey() + " is gone");
      } else {
        compare(at + "/" + property.getKey(), property.getValue(), present);
      }
    }
  }

  private void required(String at, JsonNode released, JsonNode today) {
    Set<String> before = texts(released.path("required"));
    Set<String> after = texts(today.path("required"));
    for (String name : after) {
      if (!before.contains(name)) {
        breaks.add(at + ": " + name + " was optional or not there");
      }
    }
    for (String name : before) {
      if (direction == Direction.PUBLISHED && !after.contains(name)) {
        breaks.add(at + ": " + name + " is no longer promised");
      }
    }
  }

  private void keyword(String at, JsonNode released, JsonNode today) {
    boolean same = today != null && today.equals(released);
    boolean loosened = direction == Direction.READ && isLooser(at, released, today);
    if (!same && !loosened) {
      breaks.add(at + " was " + released + " and is " + today);
    }
  }

  private static boolean isLooser(String at, JsonNode released, JsonNode today) {
    if (today == null || released == null) {
      return today == null;
    }
    return switch (at.substring(at.lastIndexOf('/') + 1)) {
      case "type", "enum" -> texts(today).containsAll(texts(released));
      case "minimum", "minLength", "minItems" -> today.asLong() <= released.asLong();
      case "maximum", "maxLength", "maxItems" -> today.asLong() >= released.asLong();
      default -> false;
    };
  }

  /** Of an array, or of the one text that stands for it. */
  private static Set<String> texts(JsonNode node) {
    return node.isArray()
        ? StreamSupport.stream(node.spliterator(), false)
            .map(JsonNode::asText)
            .collect(TreeSet::new, Set::add, Set::addAll)
        : node.isMissingNode() ? Set.of() : Set.of(node.asText());
  }
}
