using LeVo.Alignment.Blending;

namespace LeVo.Experiments.TokenWorld;

/// <summary>
/// The blend of the three strategies. Its weights are those that keep most of the gains of strategies 1 and 2 (the smaller
/// of the two shares) without a loss of musicality, on lyrics that no table has.
/// </summary>
internal sealed class ChosenBlend(SeedFolder seed, string start, IReadOnlyList<string> aligned)
{
    /// <summary>The weights are multiples of one fifth.</summary>
    private const int Steps = 5;

    /// <summary>Validates every combination in which each strategy has a part, and writes the best one.</summary>
    public async Task<string> WriteAsync(CancellationToken cancellation)
    {
        string output = seed.At("blend.safetensors");
        if (File.Exists(output))
            return output;
        Measured before = await seed.ValidateAsync("before", start, cancellation),
            lyrics = await seed.ValidateAsync("lyrics", aligned[0], cancellation),
            prompt = await seed.ValidateAsync("prompt", aligned[1], cancellation);
        int index = 0;
        IReadOnlyList<SweepPoint<Measured>> points = await LambdaSweep.RunAsync(aligned,
            LambdaSweep.Grid(aligned.Count, Steps).Where(lambdas => lambdas.All(lambda => lambda > 0)), seed.At("blends"),
            (path, token) => seed.ValidateAsync($"blend-{index++}", path, token), cancellation);
        SweepPoint<Measured> best = points.MaxBy(point => (point.Result.Musicality >= before.Musicality,
            Math.Min(Kept(before, lyrics, point.Result, one => one.PhoneErrorRate), Kept(before, prompt, point.Result, one => one.Prompt))))!;
        seed.Log($"blend {string.Join(", ", best.Lambdas)}: {best.Result}");
        CheckpointBlend.Write([.. aligned.Zip(best.Lambdas)], output, null, cancellation);
        return output;
    }

    /// <summary>The part of a strategy's gain that a blend keeps.</summary>
    private static double Kept(Measured before, Measured strategy, Measured blend, Func<Measured, double> score) =>
        score(strategy) == score(before) ? 1 : (score(blend) - score(before)) / (score(strategy) - score(before));
}
