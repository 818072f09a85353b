using LeVo.Alignment.Preferences;

namespace LeVo.Experiments.MiniWorld;

/// <summary>Preference pairs of a run, kept in the format of the library's store.</summary>
internal static class PairFolder
{
    /// <summary>Writes all pairs; what an interrupted run left in the folder is deleted before.</summary>
    public static void Write(string folder, IEnumerable<PreferencePair> pairs)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        var store = new PreferenceStore(folder);
        foreach (PreferencePair pair in pairs)
            store.Append(pair);
    }
}
