using LeVo.Benchmarks.Race;
using static TorchSharp.torch;

namespace LeVo.Benchmarks.Codec;

/// <summary>A network's operations one by one at their real sizes: where its time goes.</summary>
internal sealed class PartList
{
    private readonly List<(string Name, int Times, double Work, Action Run)> parts = [];

    /// <param name="name">What it is.</param>
    /// <param name="times">How often the network does it.</param>
    /// <param name="work">Floating-point operations of one time, 0 where they are not counted.</param>
    /// <param name="run">Does it once; its result is let go of.</param>
    public void Add(string name, int times, double work, Func<Tensor> run) =>
        parts.Add((name, times, work, () => run().Dispose()));

    /// <summary>Times all of it in turn and prints it, the dearest first.</summary>
    public void Print(int rounds)
    {
        double[] best = Clock.Best(rounds, [.. parts.Select(part => part.Run)]);
        double whole = parts.Select((part, i) => part.Times * best[i]).Sum();
        Console.WriteLine($"  parts, {whole:F2} s together:");
        foreach ((int i, (string name, int times, double work, _)) in parts.Index().OrderByDescending(
            part => part.Item.Times * best[part.Index]))
        {
            string rate = work > 0 ? $"{work / best[i] / 1e9,5:F0} GFLOP/s" : "";
            Console.WriteLine(
                $"  {times * best[i] / whole,6:P1} {times * best[i] * 1e3,8:F0} ms  {times,3} x {name,-50} {rate}");
        }
    }
}
