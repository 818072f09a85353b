using LeVo.Alignment.Preferences;
using LeVo.Core.Audio;
using Whisper.net;

namespace LeVo.Alignment.Whisper;

/// <summary>
/// Transcribes vocals with a Whisper model. What the model notes in brackets, for example music, is not returned as words.
/// Thread-safe; one vocal is transcribed at a time.
/// </summary>
public sealed class WhisperTranscriber : ITranscriber, IDisposable
{
    private const int SampleRate = 16_000;
    private const float Silence = 1e-3f; // Whisper invents words for silence

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly WhisperFactory factory;
    private readonly int? threads;

    /// <summary>Loads a model.</summary>
    /// <param name="modelPath">A Whisper model in the ggml format (<c>ggml-*.bin</c>).</param>
    /// <param name="threads">Number of threads; null for Whisper's default.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is not a Whisper model, or is truncated; the message names the file
    /// and what is wrong.</exception>
    /// <exception cref="InvalidOperationException">Whisper's native library is missing or cannot be loaded.</exception>
    public WhisperTranscriber(string modelPath, int? threads = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        if (threads is { } count)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count, nameof(threads));
        // The native reader trusts its file.
        WhisperModelFile.Check(modelPath);
        this.threads = threads;
        try
        {
            factory = WhisperFactory.FromPath(modelPath);
        }
        catch (WhisperModelLoadException e)
        {
            throw new InvalidDataException($"'{modelPath}' could not be loaded as a Whisper model: {e.Message}", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DllNotFoundException or PlatformNotSupportedException
            or TypeInitializationException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new InvalidOperationException($"Whisper's native library could not be loaded: {e.Message} Reference one of the "
                + "packages Whisper.net.Runtime (processor), Whisper.net.Runtime.Cuda or Whisper.net.Runtime.Vulkan.", e);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Whisper does not know the language.</exception>
    /// <exception cref="InvalidOperationException">Whisper failed.</exception>
    public async Task<Transcription> TranscribeAsync(
        Waveform vocal, TranscriptionOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(vocal);
        ArgumentNullException.ThrowIfNull(options);
        string? asked = options.Language?.Split('-', '_')[0].ToLowerInvariant();
        if (asked is not null && !WhisperFactory.GetSupportedLanguages().Contains(asked))
            throw new NotSupportedException($"Whisper does not know the language '{options.Language}'.");
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            float[] samples = vocal.ToMono().Resample(SampleRate).Channels[0];
            if (!samples.AsSpan().ContainsAnyExceptInRange(-Silence, Silence))
                return new([], asked);
            // Less than a second is too short for Whisper.
            if (samples.Length < SampleRate)
                Array.Resize(ref samples, SampleRate);
            return await TranscribeAsync(samples, asked, vocal.Duration, cancellationToken).ConfigureAwait(false);
        }
        catch (WhisperProcessingException e)
        {
            throw new InvalidOperationException($"Whisper failed: {e.Message}", e);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Frees the model. Nothing may be transcribed any more.</summary>
    public void Dispose()
    {
        factory.Dispose();
        turn.Dispose();
    }

    private async Task<Transcription> TranscribeAsync(
        float[] samples, string? language, TimeSpan length, CancellationToken cancellationToken)
    {
        // Segments of one token at least that end at words: one for each word.
        WhisperProcessorBuilder builder = factory.CreateBuilder().WithTokenTimestamps().SplitOnWord().WithMaxSegmentLength(1);
        builder = language is null ? builder.WithLanguageDetection() : builder.WithLanguage(language);
        if (threads is { } count)
            builder = builder.WithThreads(count);
        await using WhisperProcessor processor = builder.Build();
        var words = new WordCollector(length);
        string? heard = language;
        await foreach (SegmentData segment in processor.ProcessAsync(samples, cancellationToken).ConfigureAwait(false))
        {
            heard ??= segment.Language;
            words.Add(segment.Text, segment.Start, segment.End);
        }
        cancellationToken.ThrowIfCancellationRequested();
        return new(words.Finish(), heard);
    }
}
