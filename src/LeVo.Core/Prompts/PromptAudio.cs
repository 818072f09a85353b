using LeVo.Core.Audio;

namespace LeVo.Core.Prompts;

/// <summary>
/// The recordings of an audio prompt, of any sample rate and channel count: the mix alone, which a stem separator takes apart;
/// mix and vocal; vocal and accompaniment; or all three. What is missing follows from mix = vocal + accompaniment.
/// </summary>
public sealed record PromptAudio
{
    /// <summary>The whole recording, or null for the sum of the stems.</summary>
    public Waveform? Mix { get; init; }

    /// <summary>Its voice, or null.</summary>
    public Waveform? Vocal { get; init; }

    /// <summary>Everything but the voice, or null for the mix minus the vocal.</summary>
    public Waveform? Accompaniment { get; init; }

    /// <summary>Reads the recordings from files that <see cref="AudioFile"/> reads.</summary>
    /// <param name="mix">A file, or null.</param>
    /// <param name="vocal">A file, or null.</param>
    /// <param name="accompaniment">A file, or null.</param>
    /// <exception cref="InvalidDataException">A file is not supported, corrupt, empty, or has samples that are not finite; the
    /// message names it.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static PromptAudio Read(string? mix, string? vocal = null, string? accompaniment = null)
    {
        return new() { Mix = Sound(mix), Vocal = Sound(vocal), Accompaniment = Sound(accompaniment) };

        static Waveform? Sound(string? path)
        {
            if (path is null)
                return null;
            Waveform sound = AudioFile.Read(path);
            return PromptSound.Problem(sound) is { } problem ? throw new InvalidDataException($"'{path}' {problem}.") : sound;
        }
    }

    /// <summary>Why the recordings are not enough, or null.</summary>
    internal string? Problem()
    {
        if (Mix is null && (Vocal is null || Accompaniment is null))
            return "An audio prompt needs a mix, or a vocal and an accompaniment.";
        if (Accompaniment is not null && Vocal is null)
            return "An audio prompt with an accompaniment needs the vocal, too.";
        foreach ((string name, Waveform? sound) in (ReadOnlySpan<(string, Waveform?)>)
            [("mix", Mix), ("vocal", Vocal), ("accompaniment", Accompaniment)])
        {
            if (sound is not null && PromptSound.Problem(sound) is { } problem)
                return $"The {name} of the audio prompt {problem}.";
        }
        return null;
    }
}
