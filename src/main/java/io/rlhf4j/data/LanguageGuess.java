package io.rlhf4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import opennlp.tools.langdetect.Language;
import opennlp.tools.langdetect.LanguageDetectorME;
import opennlp.tools.langdetect.LanguageDetectorModel;

/**
 * How likely a text is to be in each language, by its letter sequences. Short texts fit many
 * languages ("hello" is Waray as much as English), so the question to ask is {@link #isOther}: is
 * some other language clearly likelier than the wanted ones?
 *
 * @param likelihoods by ISO 639-3 code, likeliest first; they sum to 1 over 183 languages
 */
public record LanguageGuess(Map<String, Double> likelihoods) {
  /** How many times likelier another language must be. */
  public static final double LEAD = 1.5;

  private static final String MODEL = "/langdetect-183.bin";

  /** Reading the model takes a second; it waits for the first text. */
  private static final class Detector {
    static final LanguageDetectorME INSTANCE = load();

    private static LanguageDetectorME load() {
      try (InputStream in = LanguageGuess.class.getResourceAsStream(MODEL)) {
        if (in == null) {
          throw new IllegalStateException(
              "the language model " + MODEL + " is not on the classpath");
        }
        return new LanguageDetectorME(new LanguageDetectorModel(in));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public static LanguageGuess of(String text) {
    Language[] languages;
    synchronized (Detector.class) { // the detector keeps state while it reads a text
      languages = Detector.INSTANCE.predictLanguages(text);
    }
    Map<String, Double> likelihoods = new LinkedHashMap<>();
    for (Language language : languages) {
      likelihoods.put(language.getLang(), language.getConfidence());
    }
    return new LanguageGuess(likelihoods);
  }

  /** The likeliest language's code. */
  public String best() {
    return likelihoods.keySet().iterator().next();
  }

  /**
   * Whether another language is at least {@link #LEAD} times as likely as each of these.
   *
   * @param wanted ISO 639 codes of two or three letters
   */
  public boolean isOther(Collection<String> wanted) {
    double likeliest =
        wanted.stream()
            .mapToDouble(code -> likelihoods.getOrDefault(code3(code), 0.0))
            .max()
            .orElse(0);
    return likelihoods.getOrDefault(best(), 0.0) >= LEAD * likeliest
        && wanted.stream().noneMatch(code -> code3(code).equals(best()));
  }

  /** The language's English name where Java knows it, or its code. */
  public static String name(String code) {
    for (String two : Locale.getISOLanguages()) {
      Locale locale = new Locale(two);
      if (locale.getISO3Language().equals(code)) {
        return locale.getDisplayLanguage(Locale.ENGLISH);
      }
    }
    return code;
  }

  private static String code3(String code) {
    return switch (code) {
      case "zh" -> "cmn"; // the model knows the spoken languages, not the macrolanguage
      default -> {
        String three = code.length() == 2 ? new Locale(code).getISO3Language() : code;
        if (three.isEmpty()) {
          throw new InputException(
              "languages must be ISO 639 codes such as en or deu, was '" + code + "'");
        }
        yield three;
      }
    };
  }
}
