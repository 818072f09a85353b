namespace LeVo.Experiments.MiniWorld.Scoring;

/// <summary>From phone probabilities per frame to the most likely sequence whose phones all last a minimum.</summary>
internal static class PhoneDecoder
{
    // The price of changing the phone, in nats: hides single doubtful frames.
    private const float SwitchCost = 2;

    /// <summary>Viterbi over phones times (place up to the minimum); returns a phone for each frame.</summary>
    /// <param name="logProbabilities">Row-major <c>[frames, phones]</c>.</param>
    public static int[] Decode(ReadOnlySpan<float> logProbabilities, int phones, int minimumFrames)
    {
        int frames = logProbabilities.Length / phones, places = Math.Max(1, minimumFrames), states = phones * places;
        var score = new float[states];
        var next = new float[states];
        var from = new int[frames * states];
        for (int s = 0; s < states; s++)
            score[s] = s % places == 0 ? logProbabilities[s / places] : float.NegativeInfinity;
        for (int t = 1; t < frames; t++)
        {
            (int best, int second) = BestEnds(score, phones, places);
            for (int p = 0; p < phones; p++)
            {
                float emission = logProbabilities[t * phones + p];
                for (int k = 0; k < places; k++)
                {
                    int state = p * places + k;
                    int origin = k > 0 ? state - 1 : best / places == p ? second : best;
                    float value = score[origin] - (k > 0 ? 0 : SwitchCost);
                    if (k == places - 1 && score[state] > value)
                        (origin, value) = (state, score[state]);
                    next[state] = value + emission;
                    from[t * states + state] = origin;
                }
            }
            (score, next) = (next, score);
        }
        var path = new int[frames];
        int at = Array.IndexOf(score, score.Max());
        for (int t = frames - 1; t >= 0; t--)
        {
            path[t] = at / places;
            at = from[t * states + at];
        }
        return path;
    }

    /// <summary>The runs of a path without rests: equal neighbours never occur in this world.</summary>
    public static int[] Collapse(int[] path)
    {
        var phones = new List<int>();
        for (int t = 0; t < path.Length; t++)
            if (path[t] != 0 && (t == 0 || path[t] != path[t - 1]))
                phones.Add(path[t]);
        return [.. phones];
    }

    private static (int Best, int Second) BestEnds(float[] score, int phones, int places)
    {
        int best = places - 1, second = 2 * places - 1;
        if (score[second] > score[best])
            (best, second) = (second, best);
        for (int p = 2; p < phones; p++)
        {
            int end = p * places + places - 1;
            if (score[end] > score[best])
                (best, second) = (end, best);
            else if (score[end] > score[second])
                second = end;
        }
        return (best, second);
    }
}
