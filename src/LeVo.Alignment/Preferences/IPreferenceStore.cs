namespace LeVo.Alignment.Preferences;

/// <summary>Stores preference pairs. Thread-safe.</summary>
public interface IPreferenceStore
{
    /// <summary>Appends a pair, which is flushed to disk before the call returns.</summary>
    /// <param name="pair">The pair.</param>
    /// <exception cref="ArgumentException">A score is not a finite number.</exception>
    void Append(PreferencePair pair);

    /// <summary>Reads the pairs one by one, in the order in which they were appended.</summary>
    /// <exception cref="InvalidDataException">A record is invalid; the message contains the file and the
    /// line.</exception>
    IEnumerable<PreferencePair> Read();
}
