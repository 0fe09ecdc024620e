package io.rlhf4j.label.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What labelers say about the work at its end. */
public final class SurveyStore {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final TypeReference<TreeMap<String, String>> ANSWERS = new TypeReference<>() {};

  private final Database database;

  public SurveyStore(Database database) {
    this.database = database;
  }

  /**
   * Stores somebody's answers in place of earlier ones.
   *
   * @param answers by question; what was left open is absent
   */
  public void answer(String personId, Map<String, String> answers) {
    database.write(
        h -> {
          h.createUpdate(
                  "INSERT INTO surveys (person_id, answers, at) VALUES (:id, :answers, :now)"
                      + " ON CONFLICT (person_id) DO UPDATE SET answers = :answers, at = :now")
              .bind("id", personId)
              .bind("answers", json(answers))
              .bind("now", database.now())
              .execute();
          AuditStore.add(h, database.now(), personId, "answer survey", personId, "");
          return 0;
        });
  }

  /** Somebody's own answers. */
  public Map<String, String> of(String personId) {
    String json =
        database.find(
            h ->
                h.createQuery("SELECT answers FROM surveys WHERE person_id = :id")
                    .bind("id", personId)
                    .mapTo(String.class)
                    .findOne()
                    .orElse(null));
    return json == null ? Map.of() : answers(json);
  }

  /** Everybody's answers, without saying whose. */
  public List<Map<String, String>> all() {
    return database.read(
        h ->
            h.createQuery("SELECT answers FROM surveys ORDER BY answers")
                .mapTo(String.class)
                .map(SurveyStore::answers)
                .list());
  }

  private static String json(Map<String, String> answers) {
    try {
      return MAPPER.writeValueAsString(answers);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings are always JSON", e);
    }
  }

  private static Map<String, String> answers(String json) {
    try {
      return MAPPER.readValue(json, ANSWERS);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the database holds broken JSON", e);
    }
  }
}
