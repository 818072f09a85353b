using System.Text.Json;
using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Training;
using LeVo.Testing;

namespace LeVo.Core.Tests.Conditioning;

/// <summary>Scripted draws drop the same conditions as in the reference, draw by draw.</summary>
[Trait("Category", "Golden")]
public sealed class ConditionDropoutGoldenTests
{
    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        foreach (string relative in GoldenFiles.Named("text_rules", ".json").Select(row => row.Data))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Golden.Full(relative)));
            if (document.RootElement.TryGetProperty("condition_dropout", out JsonElement list))
                cases.AddRange([.. Enumerable.Range(0, list.GetArrayLength()).Select(i => (relative, i))]);
        }
        return cases;
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void DropsAgree(string relative, int index)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Golden.Full(relative)));
        JsonElement one = document.RootElement.GetProperty("condition_dropout")[index];
        int batch = one.GetProperty("batch").GetInt32();
        double[] draws = [.. one.GetProperty("uniform_draws").EnumerateArray().Select(draw => draw.GetDouble())];
        double all = one.GetProperty("p_all").GetDouble();
        AttributeDropout[] each = GoldenLeLm.AttributeDropouts(one.GetProperty("p_each"));

        int used = 0;
        double Next() => draws[used++];
        Assert.Equal(Kinds(one.GetProperty("dropped_after_all")), ConditionDropout.DrawSamples(batch, all, Next));
        Assert.Equal(one.GetProperty("draws_used_all").GetInt32(), used);

        used = 0;
        var config = new LeLmConfig { ConditionDropout = all, AttributeDropouts = each };
        Assert.Equal(Kinds(one.GetProperty("dropped_after_each")), ConditionDropout.Draw(batch, config, Next));
        Assert.Equal(one.GetProperty("draws_used_all").GetInt32() + one.GetProperty("draws_used_each").GetInt32(), used);
    }

    private static ConditionKinds[] Kinds(JsonElement samples) =>
    [
        .. samples.EnumerateArray().Select(sample => sample.EnumerateObject()
            .Where(condition => condition.Value.GetBoolean())
            .Aggregate(ConditionKinds.None, (kinds, condition) => kinds | ConditionKind.Parse(condition.Name))),
    ];
}
