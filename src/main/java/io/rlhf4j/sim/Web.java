package io.rlhf4j.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * The web of the world: documents of 20 to 150 words, each a plain text. Stories, encyclopedia
 * entries (careful, true), gossip (myths), lists of requests that nobody answers, dialogues, rude
 * posts, forum threads, few-shot patterns, tales with invented facts and questions about them,
 * summaries.
 */
public final class Web {
  /** How a document came about; the weights are shares of the documents. */
  public enum Genre {
    STORY(14),
    ENCYCLOPEDIA(18),
    GOSSIP(18),
    REQUESTS(17),
    DIALOGUE(6),
    RUDE(4),
    FORUM(8),
    PATTERN(9),
    TALE(8),
    SUMMARY(3);

    private final double weight;

    Genre(double weight) {
      this.weight = weight;
    }
  }

  private final World world;
  private final Pages pages;
  private final Patterns patterns;

  public Web(World world) {
    this.world = world;
    this.pages = new Pages(world);
    this.patterns = new Patterns(world, pages);
  }

  /** Documents of about this many words in all. Another seed gives another, disjoint stream. */
  public List<String> documents(long approximateWords, long seed) {
    Dice dice = new Dice(Dice.seed(world.seed(), "web", seed));
    List<String> documents = new ArrayList<>();
    long words = 0;
    while (words < approximateWords) {
      String document = document(dice);
      documents.add(document);
      words += words(document);
    }
    return documents;
  }

  private String document(Dice dice) {
    Genre[] genres = Genre.values();
    double[] weights = new double[genres.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = genres[i].weight;
    }
    return document(genres[dice.weighted(weights)], dice);
  }

  /** One document of a genre. */
  public String document(Genre genre, long seed) {
    return document(genre, new Dice(Dice.seed(world.seed(), genre, seed)));
  }

  private String document(Genre genre, Dice dice) {
    return switch (genre) {
      case STORY -> pages.story(dice);
      case ENCYCLOPEDIA -> pages.encyclopedia(dice);
      case GOSSIP -> pages.gossip(dice);
      case REQUESTS -> pages.requests(dice);
      case DIALOGUE -> pages.dialogue(dice);
      case RUDE -> pages.rude(dice);
      case FORUM -> pages.forum(dice);
      case PATTERN -> patterns.pattern(dice);
      case TALE -> patterns.tale(dice);
      case SUMMARY -> patterns.summary(dice);
    };
  }

  /** Number of words as people count them: runs of characters between white space. */
  static int words(String text) {
    int count = 0;
    boolean in = false;
    for (int i = 0; i < text.length(); i++) {
      boolean space = Character.isWhitespace(text.charAt(i));
      if (!space && !in) {
        count++;
      }
      in = !space;
    }
    return count;
  }
}
