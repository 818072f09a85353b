namespace LeVo.Core.Training;

/// <summary>The learning-rate schedule of LeLM's training: linear warm-up, cosine decay to a floor.</summary>
internal static class WarmupCosine
{
    /// <summary>Computes the learning rate of one step.</summary>
    /// <param name="step">The step number n.</param>
    /// <param name="peak">The base rate.</param>
    /// <param name="warmup">Steps of warm-up.</param>
    /// <param name="total">Total number of steps; later steps use the floor.</param>
    /// <param name="floorRatio">The floor as a fraction of the base rate.</param>
    /// <param name="cycle">Length of the cosine in units of the decay (1: half a wave).</param>
    public static double Rate(int step, double peak, int warmup, int total, double floorRatio = 0, double cycle = 1)
    {
        if (step < warmup)
            return peak * step / warmup;
        if (step > total)
            return peak * floorRatio;
        double progress = total == warmup ? 1 : (double)(step - warmup) / (total - warmup);
        return peak * (floorRatio + 0.5 * (1 - floorRatio) * (1 + Math.Cos(Math.PI * progress / cycle)));
    }
}
