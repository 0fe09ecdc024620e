package io.rlhf4j.label.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The end-of-project survey: its questions (paper, appendix B.3 and B.4), and what was answered.
 */
public final class SurveyTables {
  /** Answers to the questions about the work. */
  public static final List<String> SCALE =
      List.of(
          "Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree");

  /** A question of the survey and its choices. */
  public record Question(String key, String text, List<String> choices) {}

  /** Every question may be left open. */
  public static final List<Question> QUESTIONS =
      List.of(
          new Question("clear", "It was clear from the instructions what I should do.", SCALE),
          new Question("enjoyable", "I found the work enjoyable and engaging.", SCALE),
          new Question("repetitive", "I found the work repetitive.", SCALE),
          new Question("paid", "I was paid fairly for the work.", SCALE),
          new Question("glad", "Overall, I am glad that I did this work.", SCALE),
          new Question(
              "gender",
              "Which gender do you identify as?",
              List.of("Male", "Female", "Nonbinary or other")),
          new Question(
              "age",
              "What is your age?",
              List.of("18-24", "25-34", "35-44", "45-54", "55-64", "65+")),
          new Question(
              "education",
              "What is your highest level of education?",
              List.of(
                  "Less than high school",
                  "High school degree",
                  "Undergraduate degree",
                  "Master's degree",
                  "Doctorate degree")));

  private SurveyTables() {}

  /**
   * @param answers of each person who answered anything
   */
  public static Report of(List<Map<String, String>> answers) {
    if (answers.isEmpty()) {
      return Report.empty("Survey", "nobody has answered the survey yet");
    }
    List<List<Object>> rows = new ArrayList<>();
    for (Question question : QUESTIONS) {
      Map<String, Integer> counts = new LinkedHashMap<>();
      question.choices().forEach(choice -> counts.put(choice, 0));
      for (Map<String, String> one : answers) {
        String choice = one.get(question.key());
        if (choice != null && counts.containsKey(choice)) {
          counts.merge(choice, 1, Integer::sum);
        }
      }
      int total = counts.values().stream().mapToInt(Integer::intValue).sum();
      counts.forEach(
          (choice, count) ->
              rows.add(
                  List.of(
                      question.text(),
                      choice,
                      count,
                      total == 0 ? Double.NaN : (double) count / total)));
    }
    return new Report(
        "Survey",
        "",
        List.of(
            new Table(
                "survey",
                "Answers of " + answers.size() + " people",
                "Everybody could leave any question open.",
                List.of("Question", "Answer", "People", "Share"),
                rows)),
        List.of());
  }
}
