using LeVo.Cluster.Work;

namespace LeVo.Cluster.Tests.Work;

public sealed class WorkShardTests
{
    [Fact]
    public void SharesAreDisjointAndWhole()
    {
        int[] items = [.. Enumerable.Range(0, 11)];
        Assert.Equal(items, Enumerable.Range(0, 4).SelectMany(i => WorkShard.Parse($"{i}/4").Of(items)).Order());
        Assert.Equal(items, WorkShard.Whole.Of(items));
    }

    [Theory]
    [InlineData("4/4")]
    [InlineData("-1/4")]
    [InlineData("0")]
    [InlineData("0/0")]
    [InlineData("a/b")]
    public void AWrongShareIsNamed(string text) =>
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => WorkShard.Parse(text)).Message);

    [Fact]
    public void SchedulersTellTheShare()
    {
        Assert.Null(WorkShard.From(Variables()));
        Assert.Equal(new(2, 8), WorkShard.From(Variables(("SLURM_ARRAY_TASK_ID", "2"), ("SLURM_ARRAY_TASK_COUNT", "8"))));
        Assert.Equal(new(1, 4), WorkShard.From(Variables(("SLURM_ARRAY_TASK_ID", "12"), ("SLURM_ARRAY_TASK_MIN", "10"),
            ("SLURM_ARRAY_TASK_STEP", "2"), ("SLURM_ARRAY_TASK_COUNT", "4"))));
        Assert.Equal(new(3, 5), WorkShard.From(Variables(("JOB_COMPLETION_INDEX", "3"), ("JOB_COMPLETIONS", "5"))));
    }

    [Fact]
    public void AMissingOrWrongVariableIsNamed()
    {
        Assert.Contains("JOB_COMPLETIONS is missing", Problem(("JOB_COMPLETION_INDEX", "3")));
        Assert.Contains("SLURM_ARRAY_TASK_COUNT is 'many'", Problem(("SLURM_ARRAY_TASK_ID", "2"), ("SLURM_ARRAY_TASK_COUNT", "many")));
        Assert.Contains("there are 2 workers", Problem(("JOB_COMPLETION_INDEX", "2"), ("JOB_COMPLETIONS", "2")));
    }

    private static string Problem(params (string Name, string Value)[] variables) =>
        Assert.Throws<FormatException>(() => WorkShard.From(Variables(variables))).Message;

    private static Func<string, string?> Variables(params (string Name, string Value)[] variables) =>
        name => Array.Find(variables, one => one.Name == name).Value;
}
