using System.Numerics.Tensors;

namespace LeVo.Codec.Planning;

/// <summary>The level to which a recording is brought before it is separated.</summary>
/// <param name="Mean">Mean of the mono sum.</param>
/// <param name="Deviation">Standard deviation of the mono sum, and a little more, so that silence can be divided by it.</param>
internal readonly record struct TrackLevel(float Mean, float Deviation)
{
    private const double Floor = 1e-8;

    /// <summary>Leaves a recording as it is.</summary>
    public static readonly TrackLevel Unchanged = new(0, 1);

    /// <summary>Measures a recording, <c>[channels][samples]</c>.</summary>
    public static TrackLevel Measure(float[][] mix)
    {
        int samples = mix[0].Length;
        double mean = mix.Sum(channel => Sum(channel)) / mix.Length / samples, squares = 0;
        for (int i = 0; i < samples; i++)
        {
            double mono = 0;
            foreach (float[] channel in mix)
                mono += channel[i];
            double difference = mono / mix.Length - mean;
            squares += difference * difference;
        }
        return new((float)mean, (float)(Math.Sqrt(squares / Math.Max(1, samples - 1)) + Floor));

        static double Sum(float[] channel)
        {
            double sum = 0;
            foreach (float sample in channel)
                sum += sample;
            return sum;
        }
    }

    /// <summary>(x - mean) / deviation, in place.</summary>
    public void Apply(Span<float> samples)
    {
        TensorPrimitives.Subtract(samples, Mean, samples);
        TensorPrimitives.Divide(samples, Deviation, samples);
    }

    /// <summary>x · deviation + mean, in place. The mean is added to every stem.</summary>
    public void Undo(Span<float> samples)
    {
        TensorPrimitives.Multiply(samples, Deviation, samples);
        TensorPrimitives.Add(samples, Mean, samples);
    }
}
