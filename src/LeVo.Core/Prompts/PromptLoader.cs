using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Prompts;

/// <summary>
/// Makes prompts of songs from recordings: cuts them to the model's prompt length, separates them if they have no stems, and
/// encodes them. Thread-safe.
/// </summary>
/// <param name="codec">Encodes.</param>
/// <param name="model">The model that reads the prompts.</param>
/// <param name="separator">Separates recordings without stems, or null.</param>
/// <param name="cacheFolder">A folder that keeps the codes of prompts, 256 files of some kilobytes at most, or null for none;
/// <see cref="DefaultCacheFolder"/> is the user's. The services of <c>AddLeVo</c> have a loader with the model, the codec and
/// the separator that are registered.</param>
public sealed class PromptLoader(
    IMusicCodec codec, ModelInfo model, IStemSeparator? separator = null, string? cacheFolder = null)
{
    private readonly PromptCache? cache = cacheFolder is null ? null : new(cacheFolder);

    /// <summary>The folder of the user's cache.</summary>
    public static string DefaultCacheFolder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "LeVo", "prompts");

    /// <summary>Everything that would make <see cref="LoadAsync"/> fail; nothing is computed.</summary>
    /// <param name="hasVocal">Whether the recording has stems of its own.</param>
    public IReadOnlyList<SongFinding> Check(bool hasVocal)
    {
        if (model.PromptDuration <= TimeSpan.Zero)
            return [RequestRules.Error("prompt", "This model takes no audio prompts.")];
        IReadOnlyList<SongFinding> encoding = codec.CheckEncoding();
        return encoding.Count > 0 || hasVocal ? encoding
            : separator is null
            ? [RequestRules.Error("separator", "The audio prompt has no stems of its own, and there is no stem separator: give its vocal, too.")]
            : separator.Check(Options());
    }

    /// <summary>Loads a prompt.</summary>
    /// <param name="audio">The recordings, of which the beginning is used.</param>
    /// <param name="cancellationToken">Stops between two computations.</param>
    /// <returns>Codes <c>[3, frames]</c> of at most the model's prompt length, and the stems that they are of.</returns>
    /// <exception cref="ArgumentException">The recordings are not enough, or not fit; the message tells which.</exception>
    /// <exception cref="Model.ModelLoadException">The separator's file is missing or unfit.</exception>
    public async Task<SongPrompt> LoadAsync(PromptAudio audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        if (audio.Problem() is { } problem)
            throw new ArgumentException(problem, nameof(audio));
        RequestRules.Require(Check(audio.Vocal is not null));
        (Waveform mix, StemPair stems) = await CutAsync(audio, cancellationToken).ConfigureAwait(false);
        string? key = cache is null ? null : PromptCache.KeyOf(model, mix, stems);
        if (key is not null && cache!.Find(key) is { } known && known.FrameRate == model.FrameRate)
            return new(known, stems);
        SongTokens codes = await codec.EncodeAsync(mix, stems, cancellationToken).ConfigureAwait(false);
        codes = codes.Slice(0, Math.Min(codes.Frames, (int)RequestRules.FramesOf(model.PromptDuration, model)));
        if (key is not null)
            cache!.Keep(key, codes);
        return new(codes, stems);
    }

    private async Task<(Waveform Mix, StemPair Stems)> CutAsync(PromptAudio audio, CancellationToken cancellationToken)
    {
        var samples = (int)(model.PromptDuration.Ticks * (Int128)codec.SampleRate / TimeSpan.TicksPerSecond);
        if (audio.Vocal is null)
        {
            StemPair separated =
                await separator!.SeparateAsync(audio.Mix!, Options(), null, cancellationToken).ConfigureAwait(false);
            return Equal(Cut(audio.Mix!), Cut(separated.Vocal), Cut(separated.Accompaniment));
        }
        Waveform vocal = Cut(audio.Vocal);
        Waveform? mix = audio.Mix is null ? null : Cut(audio.Mix);
        Waveform accompaniment =
            audio.Accompaniment is { } given ? Cut(given) : PromptSound.Subtract(mix!, vocal);
        return Equal(mix ?? PromptSound.Add(vocal, accompaniment), vocal, accompaniment);

        Waveform Cut(Waveform sound) => PromptSound.Beginning(sound, codec.SampleRate, samples);
    }

    private static (Waveform, StemPair) Equal(Waveform mix, Waveform vocal, Waveform accompaniment)
    {
        int length = Math.Min(mix.Length, Math.Min(vocal.Length, accompaniment.Length));
        return (mix.Slice(0, length), new(vocal.Slice(0, length), accompaniment.Slice(0, length)));
    }

    private StemSeparationOptions Options() => new() { SampleRate = codec.SampleRate, Duration = model.PromptDuration };
}
