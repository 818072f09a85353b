using System.Runtime.InteropServices;
using LeVo.Alignment.Data;
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
/// Samples many songs side by side, one column of all of them at a time: the sessions are those of
/// <c>TokenGenerator</c>, so that each song is the one that its seed gives there, up to the rounding of a larger batch.
/// </summary>
internal static class BatchGenerator
{
    /// <summary>Samples one song for each condition and seed.</summary>
    /// <param name="lelm">The model.</param>
    /// <param name="songs">The conditions.</param>
    /// <param name="seeds">One seed a song.</param>
    /// <param name="options">How tokens are picked.</param>
    /// <param name="frames">Frames at most; null for the model's most.</param>
    /// <param name="cancellationToken">Stops between two columns.</param>
    public static SongTokens[] Generate(TrainedLeLm lelm, IReadOnlyList<SongCondition> songs,
        IReadOnlyList<ulong> seeds,
        GenerationOptions options, int? frames, CancellationToken cancellationToken)
    {
        LeLmConfig config = lelm.Config;
        int most = frames ?? config.MostFrames;
        DelayPattern pattern = config.PatternOf(most);
        SongConditions[] conditions = [.. songs.Select(song => song.ToConditions())];
        FedStepper[] steppers = [.. songs.Select(_ => new FedStepper())];
        GenerationSession[] sessions = [.. conditions.Select((condition, i) => new GenerationSession(
            steppers[i], config, most, options, seeds[i], BanList.Of(Fitted(condition.Prompt, config), config)))];
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var cache = new LeLmCache(config, 2 * songs.Count, config.PrefixLength + pattern.Columns, lelm.Device,
            lelm.Model.Type);
        using (ConditionPrefix prefix =
            lelm.Conditions.Encode([.. conditions, .. conditions.Select(one => one.NullOf())]))
            lelm.Model.ReadPrefix(prefix, cache);
        int read = 0;
        for (int column = sessions[0].Column; column < pattern.Columns && !sessions.All(session => session.Ended); column++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            float[] logits = Read(lelm, cache, sessions, pattern.Columns, read, column);
            read = column;
            int size = config.Codebooks * config.Classes;
            for (int i = 0; i < sessions.Length; i++)
            {
                if (sessions[i].Ended)
                    continue;
                steppers[i].Feed(logits.AsSpan(i * size, size), logits.AsSpan((songs.Count + i) * size, size));
                sessions[i].Advance(cancellationToken: CancellationToken.None);
            }
        }
        return [.. sessions.Select(session => Collect(session, config))];
    }

    /// <summary>Logits after columns [from, to), <c>[2 songs, K, classes]</c>.</summary>
    private static float[] Read(
        TrainedLeLm lelm, LeLmCache cache, GenerationSession[] sessions, int columns, int from, int to)
    {
        using var scope = NewDisposeScope();
        int codebooks = lelm.Config.Codebooks, count = to - from;
        var ids = new long[2 * sessions.Length * codebooks * count];
        for (int i = 0; i < 2 * sessions.Length; i++)
        {
            int[] sequence = sessions[i % sessions.Length].Sequence;
            for (int k = 0; k < codebooks; k++)
                for (int c = 0; c < count; c++)
                    ids[(i * codebooks + k) * count + c] = sequence[k * columns + from + c];
        }
        Tensor batch = tensor(ids, [2 * sessions.Length, codebooks, count], device: lelm.Device);
        Tensor logits = lelm.Model.Forward(batch, null, cache, lastOnly: true).Logits;
        return MemoryMarshal.Cast<byte, float>(logits.to(float32, CPU).contiguous().bytes).ToArray();
    }

    private static int[,]? Fitted(int[,]? prompt, LeLmConfig config) =>
        prompt is null ? null : PromptCodes.Fit(prompt, config);

    private static SongTokens Collect(GenerationSession session, LeLmConfig config)
    {
        var frames = new List<TokenFrame>();
        var codes = new int[config.Codebooks];
        while (session.TryTakeFrame(codes))
            frames.Add(new(frames.Count, codes[0], codes[1], codes[2]));
        return SongTokens.FromFrames(frames, config.FrameRate);
    }
}
