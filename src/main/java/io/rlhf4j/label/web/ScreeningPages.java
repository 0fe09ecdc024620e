package io.rlhf4j.label.web;

import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.answer.Label;
import io.rlhf4j.label.report.Report;
import io.rlhf4j.label.report.ScreeningTables;
import io.rlhf4j.label.report.SurveyTables;
import io.rlhf4j.label.store.ScreeningStore;
import io.rlhf4j.label.store.ScreeningStore.Decision;
import io.rlhf4j.label.store.SurveyStore;
import io.rlhf4j.stats.Screening;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How labelers are chosen, and what they say at the end. */
public final class ScreeningPages {
  /** Candidates and what is still to be rated; nobody's name. */
  public record Board(
      List<Screening> candidates, Map<String, Decision> decisions, List<ToRate> toRate) {}

  /** A demonstration without its author. */
  public record ToRate(String submission, String prompt, String text) {}

  /** One's own survey. */
  public record Survey(List<SurveyTables.Question> questions, Map<String, String> answers) {}

  private final Stores stores;
  private final ScreeningStore screening;
  private final SurveyStore surveys;

  ScreeningPages(Stores stores) {
    this.stores = stores;
    this.screening = new ScreeningStore(stores.database());
    this.surveys = new SurveyStore(stores.database());
  }

  List<Route> routes() {
    return List.of(
        Route.get("/screening", Access.LEADS, this::board),
        Route.post("/screening/rate/{submission}", Access.LEADS, this::rate),
        Route.post("/screening/decide/{pseudonym}", Access.LEADS, this::decide),
        Route.get("/about-me", Access.LABELERS, this::assessment),
        Route.post("/about-me", Access.LABELERS, this::assess),
        Route.get("/survey", Access.LABELERS, this::survey),
        Route.post("/survey", Access.LABELERS, this::answerSurvey),
        Route.get("/survey/results", Access.READERS, this::surveyResults));
  }

  private void board(Exchange exchange) {
    Map<String, String> pseudonyms = new HashMap<>();
    for (Person person : stores.people().all()) {
      if (person.role() == PersonRole.LABELER || person.role() == PersonRole.HELD_OUT) {
        pseudonyms.put(person.id(), person.pseudonym());
      }
    }
    Map<String, Integer> ratings = screening.ratings();
    List<Label> labels = new ArrayList<>();
    List<ToRate> toRate = new ArrayList<>();
    for (Campaign campaign : stores.campaigns().all()) {
      if (campaign.task() == TaskKind.RANKING || campaign.task() == TaskKind.COMPARISON) {
        labels.addAll(stores.submissions().labels(campaign));
      } else if (campaign.task() == TaskKind.DEMONSTRATION) {
        for (Label label : stores.submissions().labels(campaign)) {
          labels.add(label);
          if (!ratings.containsKey(label.submission().id())
              && label.answer() instanceof Answer.Written written) {
            toRate.add(
                new ToRate(
                    label.submission().id(),
                    Objects.requireNonNull(label.item().prompt()).text(),
                    written.text()));
          }
        }
      }
    }
    Map<String, String> assessments = new HashMap<>();
    screening
        .assessments()
        .forEach((id, text) -> assessments.put(pseudonyms.getOrDefault(id, id), text));
    Map<String, Decision> decisions = new HashMap<>();
    screening
        .decisions()
        .forEach((id, decision) -> decisions.put(pseudonyms.getOrDefault(id, id), decision));
    exchange.page(
        "screening.jte",
        "Screening",
        new Board(ScreeningTables.of(labels, ratings, assessments), decisions, toRate));
  }

  private void rate(Exchange exchange) {
    String submission = exchange.path("submission");
    if (stores.submissions().find(submission) == null) {
      throw Refusal.notFound("demonstration");
    }
    int likert = exchange.form().number("likert", "The rating");
    screening.rate(submission, likert, exchange.person().id());
    exchange.redirect("/screening#rate");
  }

  private void decide(Exchange exchange) {
    Person candidate =
        stores.people().all().stream()
            .filter(person -> person.pseudonym().equals(exchange.path("pseudonym")))
            .findFirst()
            .orElseThrow(() -> Refusal.notFound("candidate"));
    Form form = exchange.form();
    Decision decision = form.choice("decision", "The decision", Decision.class);
    screening.decide(candidate.id(), decision, form.get("note"), exchange.person().id());
    exchange.redirect("/screening", "The decision is noted.");
  }

  private void assessment(Exchange exchange) {
    exchange.page(
        "about-me.jte",
        "About me",
        screening.assessments().getOrDefault(exchange.person().id(), ""));
  }

  private void assess(Exchange exchange) {
    screening.assess(exchange.person().id(), exchange.form().get("text"));
    exchange.redirect("/about-me", "Thank you; it is stored.");
  }

  private void survey(Exchange exchange) {
    exchange.page(
        "survey.jte",
        "Survey",
        new Survey(SurveyTables.QUESTIONS, surveys.of(exchange.person().id())));
  }

  private void answerSurvey(Exchange exchange) {
    Form form = exchange.form();
    Map<String, String> answers = new HashMap<>();
    for (SurveyTables.Question question : SurveyTables.QUESTIONS) {
      String choice = form.get(question.key());
      if (question.choices().contains(choice)) {
        answers.put(question.key(), choice);
      }
    }
    surveys.answer(exchange.person().id(), answers);
    exchange.redirect("/survey", "Thank you; your answers are stored.");
  }

  private void surveyResults(Exchange exchange) {
    Report report = SurveyTables.of(surveys.all());
    exchange.page("survey-results.jte", "Survey", report);
  }
}
