using System.Runtime.InteropServices;
using LeVo.Alignment.Policy;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using static TorchSharp.torch;

namespace LeVo.Alignment.Sampling;

/// <summary>
/// Samples songs in a batch, one column of all of them at a time. The sessions are those of <c>TokenGenerator</c>, so
/// that each song equals the one with the same seed there, up to rounding differences of larger batches. A song that has
/// ended leaves the batch.
/// </summary>
internal static class BatchGenerator
{
    /// <summary>Rows of the batch for each song: one with the conditions, one without.</summary>
    private const int Branches = 2;

    /// <summary>Samples one song for each condition and seed.</summary>
    /// <param name="lelm">The model.</param>
    /// <param name="songs">The conditions.</param>
    /// <param name="seeds">One seed per song.</param>
    /// <param name="options">The sampling options.</param>
    /// <param name="frames">Maximum number of frames; null for the model's maximum.</param>
    /// <param name="cancellationToken">Cancels between two columns.</param>
    /// <param name="computing">Receives the number of songs in the batch before each column.</param>
    /// <param name="beginnings">The ids that are known, one entry per song (<see cref="SongBeginning"/>), which must reach
    /// the same column; null for songs from the start.</param>
    public static SongTokens[] Generate(TrainedLeLm lelm, IReadOnlyList<SongCondition> songs,
        IReadOnlyList<ulong> seeds, GenerationOptions options, int? frames, CancellationToken cancellationToken,
        Action<int>? computing = null, IReadOnlyList<int[][]>? beginnings = null)
    {
        LeLmConfig config = lelm.Config;
        int maxFrames = frames ?? config.MaxFrames;
        BatchedSong[] all = [.. songs.Select((song, i) => new BatchedSong(
            new(config, maxFrames, options, seeds[i], PromptCodes.Banned(song.Prompt, config),
                beginnings?[i])))];
        if (all.Any(song => song.Session.Column != all[0].Session.Column))
            throw new ArgumentException("The beginnings reach different columns.", nameof(beginnings));
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var cache = new KvCache(config, Branches * songs.Count,
            config.PrefixLength + config.CreatePattern(maxFrames).Columns, lelm.Device, lelm.Model.Type);
        using (ConditionPrefix prefix = lelm.Model.Conditions.Embed(
            [.. songs.SelectMany(song => (SongCondition[])[song, song.ToAbsent()]).Select(lelm.Preparer.Prepare)]))
        {
            lelm.Model.ReadPrefix(prefix, cache);
        }
        for (BatchedSong[] active = all; active.Length > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            computing?.Invoke(active.Length);
            Step(lelm.Model, cache, active);
            int[] left = [.. Enumerable.Range(0, active.Length).Where(i => !active[i].IsComplete)];
            if (left.Length == active.Length)
                continue;
            cache.KeepRows([.. left.SelectMany(i => Enumerable.Range(Branches * i, Branches)).Select(row => (long)row)]);
            active = [.. left.Select(i => active[i])];
        }
        return [.. all.Select(song => SongTokens.FromFrames(song.Frames, config.FrameRate))];
    }

    /// <summary>Processes each song's next columns and picks the column after them.</summary>
    private static void Step(LeLm model, KvCache cache, BatchedSong[] songs)
    {
        using var scope = NewDisposeScope();
        int codebooks = model.Config.Codebooks, size = codebooks * model.Config.Classes;
        int[][] columns = [.. songs.Select(song => song.Session.TakeUnreadColumns().ToArray())];
        int width = columns.Max(ids => ids.Length);
        var ids = new long[Branches * songs.Length * width];
        for (int i = 0; i < ids.Length; i++)
        {
            int[] own = columns[i / width / Branches];
            ids[i] = i % width < own.Length ? own[i % width] : model.Config.SpecialId;
        }
        Tensor batch = tensor(ids, [Branches * songs.Length, codebooks, width / codebooks], device: model.Device);
        Tensor logits = model.Forward(batch, null, cache, lastOnly: true).Logits.to(float32, CPU).contiguous();
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(logits.bytes);
        for (int i = 0; i < songs.Length; i++)
            songs[i].Pick(values.Slice(Branches * i * size, size), values.Slice((Branches * i + 1) * size, size));
    }

    /// <summary>A song in the batch: its session and its frames so far.</summary>
    private sealed class BatchedSong(GenerationSession session)
    {
        public GenerationSession Session => session;

        public List<TokenFrame> Frames { get; } = [];

        /// <summary>Whether further columns can't change the song.</summary>
        public bool IsComplete => session.Ended || session.Complete;

        public void Pick(ReadOnlySpan<float> conditional, ReadOnlySpan<float> unconditional)
        {
            session.Pick(conditional, unconditional);
            while (session.TryTakeFrame() is { } frame)
                Frames.Add(frame);
        }
    }
}
