namespace LeVo.Alignment.Preferences;

/// <summary>Keeps preference pairs. Thread-safe.</summary>
public interface IPreferenceStore
{
    /// <summary>Adds a pair; it is on the disk when the call returns.</summary>
    void Append(PreferencePair pair);

    /// <summary>All pairs in the order in which they were added, read one by one.</summary>
    /// <exception cref="InvalidDataException">A record is broken; the message names file and line.</exception>
    IEnumerable<PreferencePair> Read();
}
