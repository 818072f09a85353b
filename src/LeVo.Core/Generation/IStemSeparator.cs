using LeVo.Core.Audio;
using LeVo.Core.Text;

namespace LeVo.Core.Generation;

/// <summary>
/// Separates a recording into its voice and everything else, for example an audio prompt of which only the mix exists.
/// Implementations are thread-safe; every call is a request of its own.
/// </summary>
public interface IStemSeparator
{
    /// <summary>Everything that would make <see cref="SeparateAsync"/> fail with some options, such as a missing file, with all
    /// places where it was looked for. Nothing is computed.</summary>
    /// <param name="options">As for <see cref="SeparateAsync"/>.</param>
    IReadOnlyList<SongFinding> Check(StemSeparationOptions? options = null) => [];

    /// <summary>Separates a recording of any length.</summary>
    /// <param name="mix">The recording, of any sample rate and channel count: mono is used as two equal channels, channels
    /// beyond two are left out.</param>
    /// <param name="options">Part, rate and seed, or null for the defaults.</param>
    /// <param name="progress">Receives the computed share, from 0 to 1, after every segment, or null.</param>
    /// <param name="cancellationToken">Stops between two segments, or within one.</param>
    /// <returns>
    /// Two stereo stems of equal length, at the rate of <see cref="StemSeparationOptions.SampleRate"/> or else of the mix. The
    /// accompaniment is the mix minus the vocal, sample by sample, so that the two add up to the mix. A vocal whose peak
    /// exceeds 1 / 1.01 is scaled down to that peak before it is subtracted, as the released models were given it.
    /// </returns>
    /// <exception cref="ArgumentException">The options contradict themselves, or the mix is empty.</exception>
    /// <exception cref="Model.ModelLoadException">The separator's file is missing or unfit; the message lists where it was looked
    /// for.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<StemPair> SeparateAsync(Waveform mix, StemSeparationOptions? options = null, IProgress<double>? progress = null,
        CancellationToken cancellationToken = default);
}

/// <summary>Settings of one separation.</summary>
public sealed record StemSeparationOptions
{
    /// <summary>Samples per second of the stems; null means those of the mix. The mix is brought to this rate directly and not
    /// by way of the separator's own rate.</summary>
    public int? SampleRate { get; init; }

    /// <summary>Separates only the beginning of the recording, which saves the time for the rest; null means all of it. Levels
    /// are still measured over the whole recording, but the vocal's peak only over what is separated.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Seed of the random shift by which the recording is cut into segments; equal seeds and mixes give equal
    /// stems.</summary>
    public ulong Seed { get; init; }
}
